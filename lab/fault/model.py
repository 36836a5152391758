"""Mutants as data."""

from __future__ import annotations

from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict


class Mutant(BaseModel):
    """One breakage of one real setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    scenario: str = "minimal"  # the reference scenario that it is a breakage of
    host: str
    break_: str  # shell, run in the host; must exit 0
    fired: str  # shell that exits 0 only if the breakage is really there
    restore: str | None = None  # shell that undoes it; None: the next `lab up` repairs the drift
    controls: tuple[str, ...] = ()  # must fail; empty: everything in `stays_green` must still pass
    stays_green: tuple[str, ...] = ()
    keyword: str = ""  # only these tests (pytest's -k), where a control's whole suite would be too much
    disruptive: bool = False  # only a run that disturbs the network can see it
    through: str = ""  # part of a failing subject or message that names what got through


def mutants() -> tuple[Mutant, ...]:
    """All mutants of the package's data files, one file per control family."""
    folder = files("lab.fault") / "data"
    texts = (entry.read_text(encoding="utf-8") for entry in sorted(folder.iterdir(), key=lambda entry: entry.name))
    return tuple(Mutant.model_validate(entry) for text in texts for entry in yaml.safe_load(text))
