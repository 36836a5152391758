"""From rules to register: every packet that may get through, or into the device, must be explained by an entry."""

from __future__ import annotations

from collections.abc import Sequence

from lab.plan import Family, Plan
from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.register.describe import box_text, rule_text
from lab.verdict.register.expected import HOOKS, Entry, nft_family
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.register.sample import FAMILIES, attempt_for
from lab.verdict.ruleset import Rule, Ruleset
from lab.verdict.ruleset.box import Box, meet, minus
from lab.verdict.ruleset.fields import ADDRESS_KINDS, ICMPV6_TYPES, RETURNING, Field, everything
from lab.verdict.ruleset.literals import interface
from lab.verdict.ruleset.ranges import Ranges
from lab.verdict.ruleset.walk import Outcome, travel

RETURN: Box = {Field.CT_STATE: RETURNING}
NEIGHBOURS: Box = {  # without these a device has no IPv6 at all; they never leave a segment (RFC 4861)
    Field.FAMILY: Ranges.single(FAMILIES[Family.IPV6]),
    Field.PROTOCOL: Ranges.single(58),
    Field.ICMP_TYPE: Ranges.single(ICMPV6_TYPES["nd-neighbor-solicit"], ICMPV6_TYPES["nd-neighbor-advert"]),
}
KINDS = {
    "forward": Ranges.single(ADDRESS_KINDS["unicast"]),
    "input": Ranges.single(ADDRESS_KINDS["local"], ADDRESS_KINDS["broadcast"], ADDRESS_KINDS["multicast"]),
}


def starting(family: Family, hook: str) -> Box:
    """Everything that can come in from outside for this hook."""
    return {
        Field.FAMILY: Ranges.single(FAMILIES[family]),
        Field.IIF: everything(Field.IIF) - interface("lo"),
        Field.MARK: Ranges.single(0),
        Field.DESTINATION_KIND: KINDS[hook],
    }


def accepts(plan: Plan, device: str, ruleset: Ruleset, asked: Sequence[Entry]) -> list[Finding]:
    """Accepts that no entry explains, through the device and into it; one finding per rule, hook and family."""
    found = []
    for family in plan.families:
        for hook in ("forward", "input"):
            known = [entry.box for entry in asked if entry.hook == hook and entry.family is family]
            known += [RETURN, *([NEIGHBOURS] if hook == "input" else [])]
            for rule, boxes, outcome in _unexplained(ruleset, family, hook, known):
                found.append(_finding(plan, device, hook, family, rule, boxes, outcome, asked))
    return found


def _unexplained(
    ruleset: Ruleset,
    family: Family,
    hook: str,
    known: Sequence[Box],
) -> list[tuple[Rule | None, list[Box], Outcome]]:
    grouped: dict[object, tuple[Rule | None, list[Box], Outcome]] = {}
    for outcome in travel(ruleset, [starting(family, hook)], HOOKS[hook], nft_family(family)):
        if outcome.accepted and (left := minus([outcome.box], known)):
            rule = _culprit(outcome, ruleset, hook)
            key = (rule.table, rule.chain, rule.handle) if rule else None
            grouped.setdefault(key, (rule, [], outcome))[1].extend(left)
    return list(grouped.values())


def _culprit(outcome: Outcome, ruleset: Ruleset, hook: str) -> Rule | None:
    """The rule that decided: the last accept of a chain at this hook, jumped-to chains included. None: a policy."""
    bases = {(c.table, c.name) for c in ruleset.chains if c.hook and c.hook != hook}
    here = [rule for rule in outcome.strand.accepted_by if (rule.table, rule.chain) not in bases]
    return here[-1] if here else None


def _finding(
    plan: Plan,
    device: str,
    hook: str,
    family: Family,
    rule: Rule | None,
    boxes: list[Box],
    outcome: Outcome,
    asked: Sequence[Entry],
) -> Finding:
    samples = ((box, attempt_for(plan, device, box, hook)) for box in boxes)
    box, attempt = next(((b, a) for b, a in samples if a is not None), (boxes[0], None))
    related = [e for e in asked if rule and e.hook == hook and e.family is family and _serves(ruleset_box(rule), e.box)]
    kind = _kind(hook, rule, box, related)
    chain = f"{outcome.chain.table} {outcome.chain.name}" if outcome.chain else f"{hook} (no chain at all)"
    where = rule_text(rule, chain)
    doubt_en, doubt_ja = ("", "") if outcome.strand.certain else (" may", "（場合により）")
    entry = f" beside {related[0].flow.id}" if related else ""
    entry_ja = f"（{related[0].flow.id} 以外にも）" if related else ""
    what_en = "let into the device" if hook == "input" else "let through"
    what_ja = "装置自身に受け入れ" if hook == "input" else "通過させ"
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {kind}: {where}{doubt_en} {what_en}{entry} {box_text(box)}, which no entry of the register explains",
        f"{device}: 台帳で説明できない許可です{entry_ja}: {where} が{doubt_ja}次を{what_ja}ます: {box_text(box)}",
    )
    return Finding(kind, judgement, rule, related[0].flow.id if related else None, attempt)


def ruleset_box(rule: Rule) -> list[Box]:
    """What the rule's own header conditions match."""
    from lab.verdict.ruleset.model import Condition

    boxes: list[Box] = [{}]
    for statement in rule.statements:
        if isinstance(statement, Condition):
            boxes = [both for one in boxes for other in statement.boxes if (both := meet(one, other)) is not None]
    return boxes


def _serves(boxes: list[Box], entry: Box) -> bool:
    return any(meet(box, entry) is not None for box in boxes)


def _kind(hook: str, rule: Rule | None, box: Box, related: Sequence[Entry]) -> Kind:
    if hook == "input":
        return Kind.INPUT
    if rule is None:
        return Kind.POLICY
    if Field.SPORT in box and Field.DPORT not in box:
        return Kind.SOURCE_PORT
    return Kind.WIDER if related else Kind.UNEXPLAINED
