"""Statements that no register explains at all: translation, untracked or offloaded packets, copies, helpers."""

from __future__ import annotations

from lab.plan import Plan
from lab.record import Attempt, Warrant
from lab.verdict.judgement import failed
from lab.verdict.register.accepts import starting
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.register.sample import best_attempt
from lab.verdict.ruleset import Rule, Ruleset
from lab.verdict.ruleset.box import Box, meet
from lab.verdict.ruleset.model import Alteration, Condition

PROBED = {"dnat", "redirect"}


def altering(plan: Plan, device: str, ruleset: Ruleset) -> list[Finding]:
    """One finding per such statement."""
    return [
        _finding(plan, device, rule, statement)
        for rule in ruleset.rules()
        for statement in rule.statements
        if isinstance(statement, Alteration)
    ]


def _finding(plan: Plan, device: str, rule: Rule, statement: Alteration) -> Finding:
    judgement = failed(
        Warrant.INSPECTED,
        f"{device}: {Kind.ALTERATION}: {statement.kind} in {rule}: the register permits flows as they are, "
        "not translated, untracked, copied or taken past the rules",
        f"{device}：{rule} に {statement.kind} があります。台帳が許可するのは、変換・追跡除外・複製・迂回のない通信だけです",
    )
    attempt = _attempt(plan, device, rule) if statement.kind in PROBED else None
    return Finding(Kind.ALTERATION, judgement, rule, None, attempt)


def _attempt(plan: Plan, device: str, rule: Rule) -> Attempt | None:
    """A packet that the translation would take hold of, aimed at the device itself or through it."""
    for hook in ("input", "forward"):
        starts = [starting(family, hook) for family in plan.families]
        boxes = [both for start in starts for box in _matched(rule) if (both := meet(box, start)) is not None]
        if boxes and (attempt := best_attempt(plan, device, boxes, hook)[1]) is not None:
            return attempt
    return None


def _matched(rule: Rule) -> list[Box]:
    """What the rule's own header conditions match."""
    boxes: list[Box] = [{}]
    for statement in rule.statements:
        if isinstance(statement, Condition):
            boxes = [both for one in boxes for other in statement.boxes if (both := meet(one, other)) is not None]
    return boxes
