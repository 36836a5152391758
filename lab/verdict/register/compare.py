"""Compares one device's live rules with what the plan's allowed flows ask of it (TC-01, TC-03, ZONE-05, ZONE-06, ZONE-10)."""

from __future__ import annotations

from collections.abc import Collection

from lab.plan import Plan
from lab.record import Warrant
from lab.verdict.judgement import passed
from lab.verdict.register.accepts import accepts
from lab.verdict.register.altering import altering
from lab.verdict.register.expected import entries
from lab.verdict.register.finding import Finding, Kind
from lab.verdict.register.logging import unlogged
from lab.verdict.register.macs import macs
from lab.verdict.register.missing import missing
from lab.verdict.register.order import order
from lab.verdict.register.policies import policies
from lab.verdict.ruleset import Ruleset


def register_match(plan: Plan, device: str, ruleset: Ruleset, read: Collection[int] | None = None) -> list[Finding]:
    """Every difference; one `MATCH` if there is none. Warrant `inspected`: an attempt, where given, can witness more.

    `read`: the groups of the kernel's packet log that somebody on the device reads; None if that is not known.
    """
    asked = entries(plan, device)
    found = [
        *missing(device, ruleset, asked),
        *accepts(plan, device, ruleset, asked),
        *policies(plan, device, ruleset),
        *altering(plan, device, ruleset),
        *macs(plan, device, ruleset, asked),
        *unlogged(plan, device, ruleset, read),
        *order(device, ruleset),
    ]
    if found:
        return found
    number = len(set(_accepting(ruleset)))
    ids = sorted({entry.flow.id for entry in asked})
    judgement = passed(
        Warrant.INSPECTED,
        f"{device}: {number} accept rules and {len(asked)} entries ({', '.join(ids) or 'none'}) match, "
        "in both directions; everything else is dropped and logged",
        f"{device}：許可ルール {number} 件と台帳等の {len(asked)} 件（{'、'.join(ids) or 'なし'}）は双方向に一致し、"
        "それ以外はすべて記録のうえ破棄されます",
    )
    return [Finding(Kind.MATCH, judgement)]


def _accepting(ruleset: Ruleset) -> list[tuple[str, str, int]]:
    from lab.verdict.ruleset.model import Verdict

    return [(r.table, r.chain, r.handle) for r in ruleset.rules() if Verdict("accept") in r.statements]
