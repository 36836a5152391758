"""What went wrong, by its cause: hundreds of packets that one rule let through are one thing to repair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lab.record import State, TraceStep, Train, Verdict
from lab.record.outcome import STRONGEST_FIRST
from lab.report.html.seen import Seen
from lab.report.html.way import ENDS, OWN_TABLE
from lab.report.titles import sentence

DEVICE = re.compile(r" at (?P<device>[a-z0-9-]+)\b")


@dataclass(frozen=True, slots=True)
class Cause:
    """Verdicts of one state with the same reason. `rule` is what let packets through `device`; "" if no rule is known."""

    state: State
    device: str
    chain: str
    rule: str
    test: str  # as a sentence
    verdicts: tuple[Verdict, ...]

    @property
    def controls(self) -> tuple[str, ...]:
        """Ids of the controls that it touches."""
        return tuple(dict.fromkeys(verdict.control for verdict in self.verdicts))


def causes(verdicts: Iterable[Verdict], seen: Mapping[str, Seen]) -> tuple[Cause, ...]:
    """All that did not pass, worst state first, then the causes of most verdicts first."""
    found: dict[tuple[State, str, str, str, str], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.state is State.PASS:
            continue
        step = _let_through(verdict, seen)
        key = (step.device, f"{step.table} {step.chain}", step.rule or "policy", "") if step else ("", "", "", "")
        test = "" if step else sentence(verdict.test)
        found.setdefault((verdict.state, *key[:3], test), []).append(verdict)
    made = [Cause(*key, tuple(mine)) for key, mine in found.items()]
    return tuple(sorted(made, key=lambda one: (STRONGEST_FIRST.index(one.state), -len(one.verdicts))))


def _let_through(verdict: Verdict, seen: Mapping[str, Seen]) -> TraceStep | None:
    """The rule of the judged device that accepted the packet; None if it was stopped there all the same."""
    if verdict.state not in {State.FAIL, State.WAIVED} or (match := DEVICE.search(verdict.subject)) is None:
        return None
    subject = seen.get(next(iter(verdict.observations), ""))
    trace = () if subject is None or isinstance(subject, Train) else subject.trace
    steps = [step for step in trace if step.device == match["device"] and OWN_TABLE not in step.table]
    if any(step.verdict in ENDS for step in steps):
        return None
    accepted = [step for step in steps if step.verdict == "accept"]
    found = [step for step in accepted if step.kind == "rule"] or accepted
    return found[-1] if found else None
