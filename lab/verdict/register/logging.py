"""ZONE-10: every drop is logged, each time."""

from __future__ import annotations

from lab.plan import Plan
from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.register.accepts import starting
from lab.verdict.register.describe import box_text, rule_text
from lab.verdict.register.expected import HOOKS, nft_family
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.ruleset import Ruleset
from lab.verdict.ruleset.box import meet
from lab.verdict.ruleset.walk import Outcome, travel


def unlogged(plan: Plan, device: str, ruleset: Ruleset) -> list[Finding]:
    """Drops that leave no line, or not always one; one finding per rule."""
    seen: dict[object, tuple[Outcome, bool]] = {}
    for family in plan.families:
        for hook in ("forward", "input"):
            ended = travel(ruleset, [starting(family, hook)], HOOKS[hook], nft_family(family))
            drops = [outcome for outcome in ended if not outcome.accepted]
            for silent in (outcome for outcome in drops if not outcome.strand.logged):
                rule, chain = silent.rule, silent.chain
                key = (rule.table, rule.chain, rule.handle) if rule else (chain.table, chain.name) if chain else None
                seen.setdefault(key, (silent, any(_sometimes(silent, other) for other in drops)))
    return [_finding(device, outcome, sampled=sampled) for outcome, sampled in seen.values()]


def _sometimes(silent: Outcome, other: Outcome) -> bool:
    """The same packets also end there logged: a rate or the like decides whether they are."""
    return other.strand.logged and other.rule is silent.rule and meet(other.box, silent.box) is not None


def _finding(device: str, outcome: Outcome, *, sampled: bool) -> Finding:
    kind = Kind.SAMPLED_LOG if sampled else Kind.NO_LOG
    chain = f"{outcome.chain.table} {outcome.chain.name}" if outcome.chain else "no chain"
    where = rule_text(outcome.rule, chain)
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {kind}: {where} drops {box_text(outcome.box)}",
        f"{device}: {where} は{'一部しか記録せずに' if sampled else '記録せずに'}破棄します: {box_text(outcome.box)}",
    )
    return Finding(kind, judgement, outcome.rule)
