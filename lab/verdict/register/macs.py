"""TC-01: the packets of a MAC-limited entry come from one network card, checked before anything established."""

from __future__ import annotations

from collections.abc import Sequence

from lab.plan import Plan
from lab.record import Warrant
from lab.verdict.judgement import failed, not_testable
from lab.verdict.register.describe import rule_text, rule_text_ja
from lab.verdict.register.expected import HOOKS, Entry, nft_family
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.register.sample import best_attempt
from lab.verdict.ruleset import Ruleset
from lab.verdict.ruleset.box import Box
from lab.verdict.ruleset.fields import STATES, Field, everything
from lab.verdict.ruleset.ranges import Ranges
from lab.verdict.ruleset.walk import Outcome, travel


def macs(plan: Plan, device: str, ruleset: Ruleset, asked: Sequence[Entry]) -> list[Finding]:
    """MAC-limited entries whose packets are let through from another card, as new flows or as established ones."""
    found = []
    for entry in asked:
        if not entry.flow.mac or entry.hook != "forward":
            continue
        if entry.direct_mac is None:
            found.append(_hidden(device, entry))
            continue
        other = everything(Field.ETHER_SADDR) - Ranges.single(entry.direct_mac)
        for state in ("new", "established"):
            start = {**entry.first, Field.ETHER_SADDR: other, Field.CT_STATE: Ranges.single(STATES[state])}
            through = [o for o in travel(ruleset, [start], HOOKS["forward"], nft_family(entry.family)) if o.accepted]
            if through:
                found.append(_finding(plan, device, entry, state, through[0], start))
                break
    return found


def _finding(plan: Plan, device: str, entry: Entry, state: str, through: Outcome, start: Box) -> Finding:
    chain = f"{through.chain.table} {through.chain.name}" if through.chain else ""
    rule = next(iter(reversed(through.strand.accepted_by)), None)
    where, where_ja = rule_text(rule, chain or "no chain"), rule_text_ja(rule, chain or "（チェーンなし）")
    new = state == "new"
    kind = Kind.MAC_MISSING if new else Kind.MAC_AFTER_ESTABLISHED
    attempt = best_attempt(plan, device, [start], "forward")[1] if new else None
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {kind}: {entry} is limited to one MAC address, but {where} accepts its "
        f"{'first' if new else 'later'} packets from any card",
        f"{device}：{entry} はMACアドレス限定ですが、{where_ja} が他のMACアドレスからの"
        f"{'新規' if new else '確立済み'}パケットを許可しています",
    )
    return Finding(kind, judgement, rule, entry.flow.id, attempt)


def _hidden(device: str, entry: Entry) -> Finding:
    judgement = not_testable(
        f"{device}: {entry} is limited to one MAC address, but its source is no neighbour of {device}: "
        "a router hides the address, so it can't be checked here",
        f"{device}：{entry} はMACアドレス限定ですが、送信元が {device} と同一区間にないため照合できません",
    )
    return Finding(Kind.MAC_MISSING, judgement, None, entry.flow.id)
