"""Mutants as data."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator


class Where(StrEnum):
    """Where a mutant's shell runs."""

    HOST = "host"  # in the host itself, with what it may do
    FABRIC = "fabric"  # beside the bridges, as somebody with a cable: /netns/HOST are the hosts' network namespaces


class Flaw(StrEnum):
    """What is wrong with a certificate that the lab's own issuing CA signs for a mutant."""

    EXPIRED = "expired"
    FOREIGN_NAME = "foreign-name"  # names a host outside of the name constraints
    PUBLIC = "public"  # no certificate of the lab: the authority that looks like a public one
    EVERY_NAME = "every-name"  # names all hosts of the lab's domain
    OLD_CRL = "old-crl"  # no certificate: the terminals' issuing CA with a CRL from before the first revocation


class Mutant(BaseModel):
    """One breakage of one real setting: what turns red, or (with `stays_green`) what must not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    scenario: str = "minimal"  # the reference scenario that it is a breakage of
    host: str
    where: Where = Where.HOST
    issue: Flaw | None = None  # lay /tmp/mutant.pem (and .key) down first, with this flaw
    break_: str  # shell; must exit 0
    also: dict[str, str] = {}  # other host -> shell run there after break_; `lab up` must be able to repair it
    fired: str  # shell that exits 0 only while the breakage is really there
    restore: str | None = None  # shell that undoes it; None: the next `lab up` repairs the drift
    restore_also: dict[str, str] = {}  # the same for other hosts
    controls: tuple[str, ...] = ()  # must fail
    unjudged: tuple[str, ...] = ()  # can't be judged any more: must be an error that names the host, never a pass
    stays_green: tuple[str, ...] = ()  # must pass all the same: a harmless change
    through: str | dict[str, str] = ""  # what this mutant's verdict alone says in subject or message; or per control
    keyword: str = ""  # only these tests (pytest's -k), where a control's whole suite would be too much
    disruptive: bool = False  # only a run that disturbs the network can see it
    alone: bool = False  # it hides others or breaks flows that others need: never in one lab with another
    always: bool = False  # what everybody tries first, or breaks by mistake: every run of the tests tries it
    slow: bool = (
        False  # it takes minutes on the air, or a large lab of its own: `make mutants` tries it, `make test` does not
    )

    @property
    def hosts(self) -> frozenset[str]:
        """Where it changes something."""
        return frozenset({self.host, *self.also})

    @property
    def judged(self) -> tuple[str, ...]:
        """The controls that a run with it in the lab must judge."""
        return (*self.controls, *self.unjudged) or self.stays_green

    def said(self, control: str) -> str:
        """Text that stands in a failing verdict of this control because of this mutant; "" says nothing (alone)."""
        return self.through if isinstance(self.through, str) else self.through[control]

    @model_validator(mode="after")
    def _tells_what_it_shows(self) -> Self:
        if bool(self.controls) == bool(self.stays_green):
            raise ValueError(f"mutant {self.id}: either `controls` that turn red or `stays_green`")
        if self.stays_green and self.through:
            raise ValueError(f"mutant {self.id}: what stays green has no `through`")
        if isinstance(self.through, dict) and set(self.through) != set(self.controls):
            raise ValueError(f"mutant {self.id}: `through` must name each of {', '.join(self.controls)} and no other")
        if self.controls and not self.alone and not all(self.said(control) for control in self.controls):
            raise ValueError(
                f"mutant {self.id} shares a lab with others: it needs `through`, text of the verdict that it alone causes "
                "(or `alone: true`)"
            )
        return self


def mutants() -> tuple[Mutant, ...]:
    """All mutants of the package's data files, one file per control family. Raises ValidationError with all that is wrong."""
    folder = files("lab.fault") / "data"
    texts = (entry.read_text(encoding="utf-8") for entry in sorted(folder.iterdir(), key=lambda entry: entry.name))
    return TypeAdapter(tuple[Mutant, ...]).validate_python([entry for text in texts for entry in yaml.safe_load(text)])
