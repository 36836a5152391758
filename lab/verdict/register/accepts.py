"""From rules to register: every packet that may get through, or into the device, must be explained by an entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lab.plan import Family, Plan
from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.register.describe import box_text, box_text_ja, rule_text, rule_text_ja
from lab.verdict.register.expected import HOOKS, Entry, nft_family
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.register.sample import FAMILIES, best_attempt
from lab.verdict.ruleset import Chain, Rule, Ruleset
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
    """Everything that can come in from outside for this hook and isn't the answer to something.

    Answers are explained by what they answer, as a whole; following them would split every set of packets by the
    connections that they might belong to, for nothing.
    """
    return {
        Field.CT_STATE: everything(Field.CT_STATE) - RETURNING,
        Field.FAMILY: Ranges.single(FAMILIES[family]),
        Field.IIF: everything(Field.IIF) - interface("lo"),
        Field.MARK: Ranges.single(0),
        Field.DESTINATION_KIND: KINDS[hook],
    }


@dataclass(slots=True)
class _Accepting:
    """What one rule (None: a policy) lets through beyond the register, and the entries that it serves."""

    rule: Rule | None
    chain: Chain | None
    certain: bool = False
    beyond: list[Box] = field(default_factory=list)
    serves: list[Entry] = field(default_factory=list)


def accepts(plan: Plan, device: str, ruleset: Ruleset, asked: Sequence[Entry]) -> list[Finding]:
    """Accepts that no entry explains, through the device and into it; one finding per rule, hook and family."""
    found = []
    for family in plan.families:
        for hook in ("forward", "input"):
            mine = [entry for entry in asked if entry.hook == hook and entry.family is family]
            found += [_finding(plan, device, hook, each) for each in _unexplained(ruleset, family, hook, mine)]
    return found


def _unexplained(ruleset: Ruleset, family: Family, hook: str, mine: Sequence[Entry]) -> list[_Accepting]:
    known = [RETURN, *([NEIGHBOURS] if hook == "input" else []), *(entry.box for entry in mine)]
    grouped: dict[object, _Accepting] = {}
    for outcome in travel(ruleset, [starting(family, hook)], HOOKS[hook], nft_family(family)):
        if not outcome.accepted:
            continue
        rule = _culprit(outcome, ruleset, hook)
        key = (rule.table, rule.chain, rule.handle) if rule else None
        each = grouped.setdefault(key, _Accepting(rule, outcome.chain))
        each.beyond += minus([outcome.box], known)
        each.certain = each.certain or outcome.strand.certain
        each.serves += [entry for entry in mine if meet(outcome.box, entry.box) is not None]
    return [each for each in grouped.values() if each.beyond]


def _culprit(outcome: Outcome, ruleset: Ruleset, hook: str) -> Rule | None:
    """The rule that decided: the last accept of a chain at this hook, jumped-to chains included. None: a policy."""
    bases = {(c.table, c.name) for c in ruleset.chains if c.hook and c.hook != hook}
    here = [rule for rule in outcome.strand.accepted_by if (rule.table, rule.chain) not in bases]
    return here[-1] if here else None


def _finding(plan: Plan, device: str, hook: str, accepting: _Accepting) -> Finding:
    box, attempt = best_attempt(plan, device, accepting.beyond, hook)
    related = accepting.serves[0] if accepting.serves and accepting.rule else None
    kind = _kind(hook, accepting.rule, box, related)
    chain = f"{accepting.chain.table} {accepting.chain.name}" if accepting.chain else ""
    where = rule_text(accepting.rule, chain or f"{hook} (no chain at all)")
    where_ja = rule_text_ja(accepting.rule, chain or f"{hook}（チェーンなし）")
    may_en, may_ja = ("lets", "") if accepting.certain else ("may let", "（場合により）")
    entry_en = f" beside {related.flow.id}" if related else ""
    entry_ja = f"（{related.flow.id} 以外にも）" if related else ""
    way_en, way_ja = ("into the device", "装置自身に受け入れ") if hook == "input" else ("through", "通過させ")
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {kind}: {where} {may_en} {way_en}{entry_en} what no entry of the register explains: {box_text(box)}",
        f"{device}：台帳で説明できない許可です{entry_ja}：{where_ja} が{may_ja}次を{way_ja}ます：{box_text_ja(box)}",
    )
    return Finding(kind, judgement, accepting.rule, related.flow.id if related else None, attempt)


def _kind(hook: str, rule: Rule | None, box: Box, related: Entry | None) -> Kind:
    if hook == "input":
        return Kind.INPUT
    if rule is None:
        return Kind.POLICY
    if Field.SPORT in box and Field.DPORT not in box:
        return Kind.SOURCE_PORT
    return Kind.WIDER if related else Kind.UNEXPLAINED
