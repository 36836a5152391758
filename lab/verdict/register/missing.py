"""From register to rules: the first packet of every entry must be accepted, and the answer to it."""

from __future__ import annotations

from collections.abc import Sequence

from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.register.describe import box_text, box_text_ja, rule_text, rule_text_ja
from lab.verdict.register.expected import HOOKS, Entry, nft_family
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.ruleset import Ruleset
from lab.verdict.ruleset.walk import Outcome, travel

BACK = {"forward": "forward", "input": "output", "output": "input"}


def missing(device: str, ruleset: Ruleset, asked: Sequence[Entry]) -> list[Finding]:
    """Entries that the live rules don't let work, wholly or in part."""
    found = []
    for entry in asked:
        family = nft_family(entry.family)
        there = travel(ruleset, [entry.first], HOOKS[entry.hook], family)
        back = travel(ruleset, [entry.reply], HOOKS[BACK[entry.hook]], family)
        if dropped := [outcome for outcome in there if not outcome.accepted]:
            found.append(_finding(device, entry, dropped[0], partly=len(dropped) < len(there)))
        elif dropped := [outcome for outcome in back if not outcome.accepted]:
            found.append(_no_way_back(device, entry, dropped[0]))
    return found


def _finding(device: str, entry: Entry, dropped: Outcome, *, partly: bool) -> Finding:
    where, where_ja = _where(dropped)
    kind = Kind.NARROWER if partly else Kind.MISSING
    what_en = f"the rule for it leaves out {box_text(dropped.box)}" if partly else "no rule lets it through"
    what_ja = f"ルールが次を含んでいません：{box_text_ja(dropped.box)}" if partly else "これを通すルールがありません"
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {kind}: {entry}: {what_en}; it ends at {where}",
        f"{device}：{entry} は登録されていますが、{what_ja}（{where_ja} で破棄）",
    )
    return Finding(kind, judgement, dropped.rule, entry.flow.id)


def _no_way_back(device: str, entry: Entry, dropped: Outcome) -> Finding:
    where, where_ja = _where(dropped)
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {Kind.MISSING}: {entry}: its answers are dropped at {where}",
        f"{device}：{entry} の応答が {where_ja} で破棄されます",
    )
    return Finding(Kind.MISSING, judgement, dropped.rule, entry.flow.id)


def _where(dropped: Outcome) -> tuple[str, str]:
    chain = f"{dropped.chain.table} {dropped.chain.name}" if dropped.chain else ""
    return rule_text(dropped.rule, chain or "no chain"), rule_text_ja(dropped.rule, chain or "（チェーンなし）")
