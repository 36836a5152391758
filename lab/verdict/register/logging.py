"""ZONE-10: every drop is logged, each time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from lab.plan import Plan
from lab.record import Warrant
from lab.verdict.judgement import failed
from lab.verdict.register.accepts import starting
from lab.verdict.register.describe import box_text, box_text_ja, rule_text, rule_text_ja
from lab.verdict.register.expected import HOOKS, nft_family
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.ruleset import Chain, Rule, Ruleset
from lab.verdict.ruleset.box import meet
from lab.verdict.ruleset.fields import RETURNING, Field
from lab.verdict.ruleset.model import Condition, Log, Passive, Statement, Verdict, VerdictMap
from lab.verdict.ruleset.walk import Outcome, Strand, travel

LINK = {"ingress", "egress"}  # hooks at the device itself, of netdev tables and (ingress, Linux 5.10) of inet ones


def unlogged(plan: Plan, device: str, ruleset: Ruleset, read: Collection[int] | None = None) -> list[Finding]:
    """Drops that leave no line, or not always one; one finding per rule.

    `read`: as in `register_match`. A line for a group that nobody reads is no line, nor is one in the kernel's own log.
    """
    if read is not None:
        ruleset = _heard(ruleset, read)
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
    for rule, chain in _at_the_link(ruleset):
        key = (chain.table, chain.name, rule.handle if rule else 0)
        seen.setdefault(key, (Outcome(Strand({}), "drop", chain, rule), False))
    return [_finding(device, outcome, sampled=sampled) for outcome, sampled in seen.values()]


def _heard(ruleset: Ruleset, read: Collection[int]) -> Ruleset:
    """The same rules without what they log where nobody reads it."""
    chains = tuple(
        replace(chain, rules=tuple(replace(rule, statements=_said(rule, read)) for rule in chain.rules))
        for chain in ruleset.chains
    )
    return replace(ruleset, chains=chains)


def _said(rule: Rule, read: Collection[int]) -> tuple[Statement, ...]:
    return tuple(
        Passive("a log that nobody reads") if isinstance(one, Log) and one.group not in read else one
        for one in rule.statements
    )


def _at_the_link(ruleset: Ruleset) -> Iterator[tuple[Rule | None, Chain]]:
    """What drops a packet at the link itself, before or after all other hooks, and writes nothing before.

    None for a rule: the chain's policy. Told by the rule alone, whether a packet gets there or not; so is a chain that such
    a chain leads to.
    """
    early = {(chain.table, chain.name) for chain in ruleset.chains if chain.hook in LINK}
    tables = {table for table, _ in early}
    for chain in ruleset.chains:
        led_to = not chain.hook and chain.table in tables and chain.table.split()[0] == "netdev"
        if (chain.table, chain.name) not in early and not led_to:
            continue
        for rule in chain.rules:
            kinds = [_drops(statement) for statement in rule.statements]
            if True in kinds and not any(isinstance(one, Log) for one in rule.statements[: kinds.index(True)]):
                yield rule, chain
        if chain.hook and chain.policy == "drop":
            yield None, chain


def _drops(statement: Statement) -> bool:
    if isinstance(statement, VerdictMap):
        return any(verdict.kind in {"drop", "reject"} for _, verdict in statement.entries)
    return isinstance(statement, Verdict) and statement.kind in {"drop", "reject"}


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
    chain = f"{outcome.chain.table} {outcome.chain.name}" if outcome.chain else ""
    where = rule_text(outcome.rule, chain or "no chain")
    where_ja = rule_text_ja(outcome.rule, chain or "（チェーンなし）")
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {kind}: {where} drops {box_text(outcome.box)}",
        f"{device}：{where_ja} は{'一部しか記録せずに' if sampled else '記録せずに'}破棄します：{box_text_ja(outcome.box)}",
    )
    return Finding(kind, judgement, outcome.rule)
