"""Which mutants may stand in one lab at the same time: as few runs as possible, none of which hides a mutant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lab.fault.model import Mutant

# One more accept takes nothing away from another one beside it; a drop would, and `;` or `&&` is more than one rule.
_ONE_MORE_ACCEPT = re.compile(r"nft (insert|add) rule [^;&|]* accept")
_RULES = re.compile(r"\bnft\b")
_PROGRAMS = re.compile(r"/(etc|usr|root|srv|var|tmp|run)/|\b(chronyc|s6-\w+)\b")


@dataclass(frozen=True, slots=True)
class Batch:
    """Mutants of one scenario that are injected together, in the order of their data."""

    scenario: str
    mutants: tuple[Mutant, ...]
    name: str = ""

    @property
    def controls(self) -> tuple[str, ...]:
        """The union of what they must turn red (or leave green), sorted."""
        return tuple(sorted({control for mutant in self.mutants for control in mutant.judged}))


def batches(mutants: Iterable[Mutant]) -> tuple[Batch, ...]:
    """Each mutant in the first batch whose mutants it leaves alone; scenario by scenario, in the order of the data."""
    found: dict[str, list[list[Mutant]]] = {}
    for mutant in mutants:
        there = found.setdefault(mutant.scenario, [])
        for batch in there:
            if all(_side_by_side(mutant, other) for other in batch):
                batch.append(mutant)
                break
        else:
            there.append([mutant])
    return tuple(
        Batch(scenario, tuple(batch), f"{scenario}-{number}")
        for scenario, there in found.items()
        for number, batch in enumerate(there, 1)
    )


def one_each(mutants: Iterable[Mutant]) -> tuple[Mutant, ...]:
    """The short way through: what is tried always, what must leave a control green, and one more per control, nothing slow."""
    known = tuple(mutants)
    seen = {control for mutant in known if mutant.always for control in mutant.controls}
    found = []
    for mutant in known:
        new = not mutant.slow and (mutant.stays_green or not seen.issuperset(mutant.controls))
        if mutant.always or new:
            found.append(mutant)
            seen.update(mutant.controls)
    return tuple(found)


def _side_by_side(one: Mutant, other: Mutant) -> bool:
    """Neither hides or undoes the other: other hosts, other parts of one, or one more accept each.

    Red and green are judged apart. What this takes for harmless and isn't shows as a mutant that was not found.
    """
    if one.alone or other.alone or bool(one.controls) != bool(other.controls) or _way(one) != _way(other):
        return False  # a changed wiring is judged by few controls, and by those alone
    apart = not one.hosts & other.hosts or not _parts(one) & _parts(other)
    return apart or (_adds_an_accept(one) and _adds_an_accept(other))


def _way(mutant: Mutant) -> tuple[object, ...]:
    """How a run has to be made to see it."""
    return mutant.where, mutant.keyword, mutant.disruptive


def _parts(mutant: Mutant) -> set[str]:
    """Of its hosts: the packet filter, the programs with their files, or both."""
    return {part for shell in (mutant.break_, *mutant.also.values()) for part in _parts_of(shell)}


def _parts_of(shell: str) -> Iterator[str]:
    rules = _RULES.search(shell)
    if rules:
        yield "rules"
    if not rules or _PROGRAMS.search(shell):
        yield "programs"


def _adds_an_accept(mutant: Mutant) -> bool:
    return not mutant.also and _ONE_MORE_ACCEPT.fullmatch(mutant.break_.strip()) is not None
