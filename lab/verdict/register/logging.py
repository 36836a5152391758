"""ZONE-10: every drop is logged, each time."""

from __future__ import annotations

from collections.abc import Iterator

from lab.plan import Plan
from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.register.accepts import starting
from lab.verdict.register.describe import box_text, rule_text
from lab.verdict.register.expected import HOOKS, nft_family
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.ruleset import Chain, Rule, Ruleset
from lab.verdict.ruleset.box import meet
from lab.verdict.ruleset.fields import RETURNING, Field
from lab.verdict.ruleset.model import Condition, Log, Verdict
from lab.verdict.ruleset.walk import Outcome, Strand, travel


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
    for rule, chain in _of_answers(ruleset):
        key = (rule.table, rule.chain, rule.handle)
        seen.setdefault(key, (Outcome(Strand({Field.CT_STATE: RETURNING}), "drop", chain, rule), False))
    return [_finding(device, outcome, sampled=sampled) for outcome, sampled in seen.values()]


def _of_answers(ruleset: Ruleset) -> Iterator[tuple[Rule, Chain]]:
    """Rules that may drop an answer and write nothing before. Told by the rule alone, whether one gets there or not."""
    for chain in ruleset.chains:
        for rule in chain.rules:
            boxes = [statement.boxes for statement in rule.statements if isinstance(statement, Condition)]
            asked = [box for alternatives in boxes for box in alternatives if Field.CT_STATE in box]
            if not asked or not any(box[Field.CT_STATE] & RETURNING for box in asked):
                continue  # what doesn't ask for the state meets new packets as well
            kinds = [type(statement) for statement in rule.statements]
            ends = [s for s in rule.statements if isinstance(s, Verdict) and s.kind in {"drop", "reject"}]
            if ends and Log not in kinds[: rule.statements.index(ends[0])]:
                yield rule, chain


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
