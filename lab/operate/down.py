"""`lab down`: remove by label, also what a crash left behind."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from lab.engine import connect
from lab.operate.places import check_name
from lab.pki import state_directory
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


def strangers(names: Sequence[str]) -> tuple[str, ...]:
    """Those of which nothing is there: no containers, no folder with keys."""
    there = present()
    return tuple(name for name in names if name not in there and not state_directory(name).exists())


def present() -> tuple[str, ...]:
    """The labs that are there."""
    with connect() as engine:
        return tuple(summary.name for summary in engine.labs())


def down(name: str, progress: Progress, *, keys: bool = False) -> int:
    """Remove the lab; returns how many containers went. A command that works on it is not pulled away from under it."""
    with connect() as engine, engine.lock(name, "down"):
        removed = engine.down(name, progress)
    if keys and (folder := state_directory(name)).exists():
        shutil.rmtree(folder)
    return removed.containers
