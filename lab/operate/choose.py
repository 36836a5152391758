"""Which lab a command means."""

from __future__ import annotations

from lab.engine import Engine, Lab
from lab.errors import BadInput, LabError


class NoLab(LabError):  # noqa: N818 - it says what is
    """There is no running lab to work on (exit 2: nothing could be verified)."""


def choose(engine: Engine, name: str | None) -> Lab:
    """The lab of that name, or the only one there is. Raises NoLab or BadInput with the names to choose from."""
    names = [summary.name for summary in engine.labs()]
    if name is None:
        if not names:
            raise NoLab("there is no lab", fix="lab up scenarios/minimal.yaml")
        if len(names) > 1:
            raise BadInput(f"there are several labs: {', '.join(names)}", fix=f"name one: --lab {names[0]}")
        name = names[0]
    elif name not in names:
        there = f"there is: {', '.join(names)}" if names else "there is none at all"
        raise NoLab(f"no lab named {name!r}; {there}", fix=f"lab up --lab {name} scenarios/minimal.yaml")
    return engine.find(name)
