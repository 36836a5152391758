"""ZONE-06: rules that never take effect, and accepts that stand above the denial they were meant to give way to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.purpose import Purpose, purpose
from lab.verdict.register.describe import box_text
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.ruleset import Chain, Rule, Ruleset
from lab.verdict.ruleset.box import Box, meet, minus
from lab.verdict.ruleset.fields import NEW, Field, everything
from lab.verdict.ruleset.model import Condition, Unsure, Verdict

FILTERS = {"forward", "input", "output"}
FINAL = {"accept", "drop", "reject"}


@dataclass(frozen=True, slots=True)
class _Match:
    """What one rule is asked about. `sure`: headers alone decide, and its verdict is final."""

    rule: Rule
    boxes: tuple[Box, ...]
    verdict: str
    sure: bool


def order(device: str, ruleset: Ruleset) -> list[Finding]:
    """Rules of the filter chains that no packet can reach, twins, and accepts above a specific denial (inspected)."""
    return [
        finding
        for chain in ruleset.chains
        if chain.hook in FILTERS
        for finding in _of_chain(device, [_match(rule) for rule in _plain(chain)])
    ]


def _plain(chain: Chain) -> Iterator[Rule]:
    """The rules that end a packet's way; what jumps elsewhere is judged where it lands."""
    for rule in chain.rules:
        if any(isinstance(statement, Verdict) and statement.kind in FINAL for statement in rule.statements):
            yield rule


def _match(rule: Rule) -> _Match:
    boxes: list[Box] = [{}]
    sure = True
    for statement in rule.statements:
        if isinstance(statement, Condition):
            boxes = [both for one in boxes for other in statement.boxes if (both := meet(one, other)) is not None]
        elif isinstance(statement, Unsure):
            sure = False
            boxes = (
                [] if statement.within is None else [b for o in boxes if (b := meet(o, statement.within)) is not None]
            )
    verdict = next(s.kind for s in rule.statements if isinstance(s, Verdict) and s.kind in FINAL)
    return _Match(rule, tuple(boxes), verdict, sure)


def _of_chain(device: str, matches: Sequence[_Match]) -> Iterator[Finding]:
    for number, match in enumerate(matches):
        before = matches[:number]
        deciding = [other for other in before if other.sure and _meets(other, match)]
        if not minus(match.boxes, [box for other in deciding for box in other.boxes]):
            yield _unreachable(device, match, deciding)
        elif above := next((other for other in deciding if _overrules(other, match)), None):
            yield _misordered(device, above, match)


def _meets(one: _Match, other: _Match) -> bool:
    return any(meet(mine, box) is not None for mine in one.boxes for box in other.boxes)


def _overrules(accept: _Match, denial: _Match) -> bool:
    """An accept of new flows above a denial of particular ones that it has packets in common with."""
    if accept.verdict != "accept" or denial.verdict == "accept":
        return False
    if purpose(denial.rule) is not Purpose.EXPLICIT_DENY:
        return False
    every = everything(Field.CT_STATE)
    return any(box.get(Field.CT_STATE, every) & NEW for box in accept.boxes)


def _unreachable(device: str, match: _Match, deciding: Sequence[_Match]) -> Finding:
    twin = next((one for one in deciding if one.boxes == match.boxes and one.verdict == match.verdict), None)
    kind = Kind.DUPLICATE if twin else Kind.SHADOWED
    above = (
        "; ".join(str(one.rule) for one in ([twin] if twin else deciding)) or "its own conditions exclude each other"
    )
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {kind}: no packet ever reaches {match.rule}: decided before by {above}",
        f"{device}: {match.rule} に達するパケットはありません。先に次の規則で決まります: {above}",
    )
    return Finding(kind, judgement, match.rule)


def _misordered(device: str, accept: _Match, denial: _Match) -> Finding:
    shared = next(b for mine in accept.boxes for box in denial.boxes if (b := meet(mine, box)) is not None)
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {Kind.MISORDERED}: {accept.rule} stands above {denial.rule} and lets through what that denies: "
        f"{box_text(shared)}",
        f"{device}: {accept.rule} が {denial.rule} より前にあり、拒否すべき次の通信を許可します: {box_text(shared)}",
    )
    return Finding(Kind.MISORDERED, judgement, accept.rule)
