"""ZONE-06: rules that never take effect, and accepts that stand above the denial they were meant to give way to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.purpose import Purpose, purpose
from lab.verdict.register.describe import box_text, box_text_ja
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.ruleset import Chain, Rule, Ruleset
from lab.verdict.ruleset.box import Box, meet, minus
from lab.verdict.ruleset.fields import NEW, Field, everything
from lab.verdict.ruleset.model import Condition, Unsure, Verdict, VerdictMap

FILTERS = {"prerouting", "forward", "input", "output"}
FINAL = {"accept", "drop", "reject"}
AWAY = {"jump", "goto"}
LEAVING = FINAL | {"goto"}  # packets that these concern see no later rule of the chain


@dataclass(frozen=True, slots=True)
class _Match:
    """What one rule is asked about. `sure`: headers alone decide, and what it concerns sees no later rule of its chain."""

    rule: Rule
    boxes: tuple[Box, ...]
    verdict: str
    sure: bool


def order(device: str, ruleset: Ruleset) -> list[Finding]:
    """Rules of the filter chains that no packet can reach, twins, and accepts above a specific denial (inspected).

    Chain by chain, those that are jumped to as well. What a chain is handed is taken to be anything: a rule that only the
    chains before it hide is not found.
    """
    return [
        finding
        for chain in _filters(ruleset)
        for finding in _of_chain(device, [_match(rule) for rule in chain.rules if _verdicts(rule)])
    ]


def _filters(ruleset: Ruleset) -> list[Chain]:
    """The base chains of these hooks, and the chains that they lead to."""
    found = [chain for chain in ruleset.chains if chain.hook in FILTERS and chain.type == "filter"]
    for chain in found:  # grows while it is walked
        for rule in chain.rules:
            targets = [verdict.target for verdict in _verdicts(rule) if verdict.kind in AWAY]
            found += [one for name in targets if (one := ruleset.chain(chain.table, name)) not in found]
    return found


def _verdicts(rule: Rule) -> list[Verdict]:
    """What the rule may do with a packet: end its way, or send it elsewhere."""
    own = [statement for statement in rule.statements if isinstance(statement, Verdict)]
    mapped = [v for statement in rule.statements if isinstance(statement, VerdictMap) for _, v in statement.entries]
    return [verdict for verdict in (*own, *mapped) if verdict.kind in FINAL | AWAY]


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
        elif isinstance(statement, VerdictMap):
            sure = sure and not statement.unsure and all(verdict.kind in LEAVING for _, verdict in statement.entries)
            mapped = [box for into, _ in statement.entries for box in into]
            boxes = [both for one in boxes for other in mapped if (both := meet(one, other)) is not None]
    kinds = {verdict.kind for verdict in _verdicts(rule)}
    return _Match(rule, tuple(boxes), "/".join(sorted(kinds)), sure and kinds <= LEAVING)


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
    if accept.verdict != "accept" or denial.verdict not in {"drop", "reject"}:
        return False
    if purpose(denial.rule) is not Purpose.EXPLICIT_DENY:
        return False
    every = everything(Field.CT_STATE)
    return any(box.get(Field.CT_STATE, every) & NEW for box in accept.boxes)


def _unreachable(device: str, match: _Match, deciding: Sequence[_Match]) -> Finding:
    twin = next((one for one in deciding if one.boxes == match.boxes and one.verdict == match.verdict), None)
    kind = Kind.DUPLICATE if twin else Kind.SHADOWED
    above = [str(one.rule) for one in ([twin] if twin else deciding)]
    above_en = "; ".join(above) or "its own conditions exclude each other"
    above_ja = f"先に次のルールで決まります：{'、'.join(above)}" if above else "自身の条件が互いに矛盾しています"
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {kind}: no packet ever reaches {match.rule}: decided before by {above_en}",
        f"{device}：{match.rule} に達するパケットはありません。{above_ja}",
    )
    return Finding(kind, judgement, match.rule)


def _misordered(device: str, accept: _Match, denial: _Match) -> Finding:
    shared = next(b for mine in accept.boxes for box in denial.boxes if (b := meet(mine, box)) is not None)
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {Kind.MISORDERED}: {accept.rule} stands above {denial.rule} and lets through what that denies: "
        f"{box_text(shared)}",
        f"{device}：{accept.rule} が {denial.rule} より前にあり、拒否すべき次の通信を許可します：{box_text_ja(shared)}",
    )
    return Finding(Kind.MISORDERED, judgement, accept.rule)
