"""What a set of verdicts amounts to: the exit code, and which controls were left without a word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from lab.plan import Waiver
from lab.record.model import State, Verdict

STRONGEST_FIRST = (State.FAIL, State.ERROR, State.NOT_TESTABLE, State.WAIVED, State.PASS)


def summary(verdicts: Iterable[Verdict]) -> dict[str, State]:
    """Per control its worst state: one hole is a hole, however many other flows were stopped."""
    worst: dict[str, State] = {}
    for verdict in verdicts:
        before = worst.get(verdict.control, State.PASS)
        worst[verdict.control] = min(before, verdict.state, key=STRONGEST_FIRST.index)
    return worst


def unjudged(verdicts: Iterable[Verdict], due: Collection[str]) -> tuple[str, ...]:
    """Controls that were due and got no verdict. Each is an error: no verdict never means pass."""
    judged = {verdict.control for verdict in verdicts}
    return tuple(control for control in sorted(due) if control not in judged)


def exit_code(verdicts: Sequence[Verdict], due: Collection[str]) -> int:
    """1: a control failed. 2: an error, something not testable, a due control unjudged, or nothing verified. 0: all pass.

    A waived fail counts as verified; a run of nothing but waivers verified nothing.
    """
    states = {verdict.state for verdict in verdicts}
    if State.FAIL in states:
        return 1
    if State.ERROR in states or State.NOT_TESTABLE in states or unjudged(verdicts, due):
        return 2
    return 0 if State.PASS in states else 2


def waive(verdict: Verdict, waivers: Iterable[Waiver], as_of: date) -> Verdict:
    """A fail that a waiver covers becomes `waived`; an error stays an error. Expired waivers cover nothing."""
    if verdict.state is not State.FAIL:
        return verdict
    for waiver in waivers:
        covered = waiver.control == verdict.control and waiver.subject in ("*", verdict.subject)
        if covered and waiver.expires >= as_of:
            note = f"waived until {waiver.expires} ({waiver.reason}): "
            ja = f"{waiver.expires}まで例外（{waiver.reason}）: {verdict.message_ja}"
            return verdict.model_copy(
                update={"state": State.WAIVED, "message_en": note + verdict.message_en, "message_ja": ja}
            )
    return verdict
