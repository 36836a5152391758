"""Sends sets of packets through a ruleset: which of them end where, by which rule, logged or not.

Exact for header conditions. Where headers don't decide (rates, times, changing sets) both ways are followed and the
outcome is marked as not certain: read "may be accepted" from any accept, "is surely accepted" from no drop beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lab.errors import LabError
from lab.verdict.ruleset.box import ALL, Box, apart, meet, minus
from lab.verdict.ruleset.model import (
    Alteration,
    Assign,
    Chain,
    Condition,
    Log,
    Rule,
    Ruleset,
    Statement,
    Unsure,
    Verdict,
    VerdictMap,
)

ENDS_CHAIN = {"dnat", "snat", "masquerade", "redirect"}  # a translation is a verdict of its chain
DEPTH = 16  # the kernel's own limit for nested jumps
PIECES = 20_000  # boxes in flight: beyond it the ruleset is too tangled to be judged by reading


@dataclass(frozen=True, slots=True)
class Strand:
    """A set of packets on its way."""

    box: Box
    logged: bool = False
    certain: bool = True
    accepted_by: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a set of packets ended. `rule` None: by the policy of `chain`; `chain` None: no chain stood in the way."""

    strand: Strand
    verdict: str  # "accept", "drop", "reject", "queue"
    chain: Chain | None
    rule: Rule | None

    @property
    def box(self) -> Box:
        return self.strand.box

    @property
    def accepted(self) -> bool:
        return self.verdict in {"accept", "queue"}  # a queue's program may accept


def travel(ruleset: Ruleset, start: Iterable[Box], hooks: Iterable[str], family: str) -> list[Outcome]:
    """All base chains of these hooks, in order; a drop anywhere is final, an accept goes on to the next chain."""
    ended: list[Outcome] = []
    on_the_way = [Outcome(Strand(box), "accept", None, None) for box in start]
    for hook in hooks:
        for chain in ruleset.base(hook, family):
            outcomes = through(ruleset, chain, [outcome.strand for outcome in on_the_way])
            ended += [outcome for outcome in outcomes if not outcome.accepted]
            on_the_way = [outcome for outcome in outcomes if outcome.accepted]
    return ended + on_the_way


def through(ruleset: Ruleset, chain: Chain, strands: list[Strand]) -> list[Outcome]:
    """One base chain. What no rule decides gets the policy."""
    ended: list[Outcome] = []
    left = _Passage(ruleset, chain, ended).run(strands)
    return ended + [Outcome(strand, chain.policy, chain, None) for strand in left]


@dataclass(slots=True)
class _Passage:
    """One chain being walked. `ended` collects decided packets, `returned` those that leave the chain early."""

    ruleset: Ruleset
    chain: Chain
    ended: list[Outcome]
    depth: int = 0
    returned: list[Strand] = field(default_factory=list)

    def run(self, strands: list[Strand]) -> list[Strand]:
        """What falls out at the chain's end, or returns."""
        if self.depth > DEPTH:
            raise LabError(f"chain {self.chain.name} of table {self.chain.table} is nested too deep")
        for rule in self.chain.rules:
            if not strands:
                break
            if len(strands) > PIECES:
                raise LabError(
                    f"table {self.chain.table}, chain {self.chain.name}: too tangled to be judged by reading"
                )
            strands = self._rule(rule, strands)
        return self.returned + strands

    def _rule(self, rule: Rule, strands: list[Strand]) -> list[Strand]:
        """The packets that the next rule sees."""
        matched, onward = strands, list[Strand]()
        for statement in _joined(rule.statements):
            if isinstance(statement, Verdict | VerdictMap):
                passing, matched = self._decision(rule, statement, matched)
            elif isinstance(statement, Condition | Unsure):
                matched, passing = _matched(statement, matched)
            else:
                matched, passing = self._effect(rule, statement, matched), []
            onward += passing
        # Packets that a doubtful condition let go on are certain again: only its own verdict was in doubt.
        return [s if s.certain else replace(s, certain=True) for s in onward + matched]

    def _effect(self, rule: Rule, statement: Statement, matched: list[Strand]) -> list[Strand]:
        """What the packets are after a statement that is neither a condition nor a verdict."""
        if isinstance(statement, Log):
            return [replace(strand, logged=True) for strand in matched]
        if isinstance(statement, Assign | Alteration):
            matched = [replace(strand, box={**strand.box, **statement.becomes}) for strand in matched]
            if isinstance(statement, Alteration) and statement.kind in ENDS_CHAIN:
                self.ended += [self._accept(strand, rule) for strand in matched]
                return []
        return matched

    def _decision(
        self,
        rule: Rule,
        statement: Verdict | VerdictMap,
        matched: list[Strand],
    ) -> tuple[list[Strand], list[Strand]]:
        """(what goes on to the next rule after the verdict, what the verdict did not concern)."""
        if isinstance(statement, Verdict):
            return self._decide(rule, statement, matched), []
        onward: list[Strand] = []
        for boxes, verdict in statement.entries:
            if statement.unsure:
                hit = [replace(strand, certain=False) for strand in matched]
            else:
                hit, matched = _split(matched, boxes)
            onward += self._decide(rule, verdict, hit)
        return onward, matched

    def _decide(self, rule: Rule, verdict: Verdict, strands: list[Strand]) -> list[Strand]:
        """Apply a verdict; gives back what goes on in this chain."""
        if not strands or verdict.kind == "continue":
            return strands
        if verdict.kind == "accept":
            self.ended += [self._accept(strand, rule) for strand in strands]
        elif verdict.kind == "return":
            self.returned += strands
        elif verdict.kind in {"jump", "goto"}:
            target = self.ruleset.chain(rule.table, verdict.target)
            fallen = _Passage(self.ruleset, target, self.ended, self.depth + 1).run(strands)
            if verdict.kind == "jump":
                return fallen
            self.returned += fallen  # a goto never comes back to this chain
        else:
            self.ended += [Outcome(strand, verdict.kind, self.chain, rule) for strand in strands]
        return []

    def _accept(self, strand: Strand, rule: Rule) -> Outcome:
        taken = replace(strand, accepted_by=(*strand.accepted_by, rule))
        return Outcome(taken, "accept", self.chain, rule)


def _joined(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The same statements, conditions in a row as one: what a rule of seven does not match is looked at once, not seven times."""
    row: list[tuple[Box, ...]] = []
    for statement in statements:
        if isinstance(statement, Condition) and len(statement.boxes) == 1:
            row.append(statement.boxes)
            continue
        yield from _as_one(row)
        row = []
        yield statement
    yield from _as_one(row)


def _as_one(row: list[tuple[Box, ...]]) -> Iterator[Condition]:
    if not row:
        return
    box: Box | None = ALL
    for (one,) in row:
        box = meet(box, one) if box is not None else None
    yield Condition("", () if box is None else (box,))


def _matched(statement: Condition | Unsure, strands: list[Strand]) -> tuple[list[Strand], list[Strand]]:
    """(what the rule goes on with, what the next rule sees): doubtful packets are in both."""
    if isinstance(statement, Condition):
        return _split(strands, statement.boxes)
    maybe, missed = _split(strands, () if statement.within is None else (statement.within,))
    return [replace(strand, certain=False) for strand in maybe], missed + maybe


def _split(strands: list[Strand], boxes: tuple[Box, ...]) -> tuple[list[Strand], list[Strand]]:
    """(what is in one of the boxes, what is in none); most strands meet no box, and stay as they are."""
    inside, outside = list[Strand](), list[Strand]()
    for strand in strands:
        hit = [box for box in boxes if not apart(strand.box, box)]
        if not hit:
            outside.append(strand)
            continue
        inside += [replace(strand, box=both) for box in hit if (both := meet(strand.box, box)) is not None]
        outside += [replace(strand, box=rest) for rest in minus([strand.box], hit)]
    return inside, outside
