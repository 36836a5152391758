"""`lab down`: remove by label, also what a crash left behind."""

from __future__ import annotations

import shutil

from lab.engine import connect
from lab.operate.places import check_name, state_directory
from lab.record.progress import Progress


def names_for(name: str | None, *, every: bool) -> tuple[str, ...]:
    """The labs meant: the named one, all of them, or the only one. Empty if there is nothing at all."""
    if name is not None and not every:
        return (check_name(name),)
    with connect() as engine:
        names = tuple(summary.name for summary in engine.labs())
        if every or len(names) <= 1:
            return names
        from lab.operate.choose import choose

        return (choose(engine, None).plan.lab,)


def known(name: str) -> bool:
    """Whether anything of a lab of that name is there: containers, or a folder with its keys."""
    with connect() as engine:
        return any(summary.name == name for summary in engine.labs()) or state_directory(name).exists()


def down(name: str, progress: Progress, *, keys: bool = False) -> int:
    """Remove the lab; returns how many containers went. A command that works on it is not pulled away from under it."""
    with connect() as engine, engine.lock(name, "down"):
        removed = engine.down(name, progress)
    if keys:
        shutil.rmtree(state_directory(name))
    return removed.containers
