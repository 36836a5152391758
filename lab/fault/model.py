"""Mutants as data."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict


class Where(StrEnum):
    """Where a mutant's shell runs."""

    HOST = "host"  # in the host itself, with what it may do
    FABRIC = "fabric"  # beside the bridges, as somebody with a cable: /netns/HOST are the hosts' network namespaces


class Flaw(StrEnum):
    """What is wrong with a certificate that the lab's own issuing CA signs for a mutant."""

    EXPIRED = "expired"
    FOREIGN_NAME = "foreign-name"  # names a host outside of the name constraints


class Mutant(BaseModel):
    """One breakage of one real setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    scenario: str = "minimal"  # the reference scenario that it is a breakage of
    host: str
    where: Where = Where.HOST
    issue: Flaw | None = None  # lay /tmp/mutant.pem and /tmp/mutant.key down first, a server's with this flaw
    break_: str  # shell; must exit 0
    fired: str  # shell that exits 0 only if the breakage is really there
    restore: str | None = None  # shell that undoes it; None: the next `lab up` repairs the drift
    controls: tuple[str, ...] = ()  # must fail; empty: everything in `stays_green` must still pass
    unjudged: tuple[str, ...] = ()  # can't be judged any more: must be an error, never a pass
    stays_green: tuple[str, ...] = ()
    through: str = ""  # part of a failing subject or message that names what got through


def mutants() -> tuple[Mutant, ...]:
    """All mutants of the package's data files, one file per control family."""
    folder = files("lab.fault") / "data"
    texts = (entry.read_text(encoding="utf-8") for entry in sorted(folder.iterdir(), key=lambda entry: entry.name))
    return tuple(Mutant.model_validate(entry) for text in texts for entry in yaml.safe_load(text))
