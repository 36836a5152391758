"""Per flow between two hosts: what the plan expects of it, and what the run saw of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lab.plan import Plan
from lab.record import Attempt, State, Verdict
from lab.report.html.seen import Seen, arrived, service

IMITATED = "imitated"  # instead of the service: what somebody else sent in an allowed flow's name
Key = tuple[str, str, str, str]  # source, destination, family, service


@dataclass(slots=True)
class Flow:
    """One flow and its checks. `expected`: the plan allows it; `seen`: it got there as itself, by nobody else's hand."""

    expected: bool = False
    seen: bool = False
    passed: int = 0
    failed: int = 0
    unjudged: int = 0
    waived: int = 0

    @property
    def denied(self) -> int:
        """Checks that found it, or something that only looks like it, stopped."""
        return 0 if self.expected else self.passed


COUNTER = {State.PASS: "passed", State.FAIL: "failed", State.WAIVED: "waived"}


def flows(plan: Plan, verdicts: Iterable[Verdict], seen: Mapping[str, Seen]) -> dict[Key, Flow]:
    """Every flow that the plan allows or that a verdict speaks about, in the plan's order and then the verdicts'.

    A verdict speaks about its first observation; the others are its witnesses. An allowed flow that only stood as a
    witness was seen all the same. What an intruder sent in an allowed flow's name is no allowed flow.
    """
    found = {key: Flow(expected=True) for key in _expected(plan)}
    for one in seen.values():
        key = _key(one.attempt)
        if key in found and _own(one.attempt) and arrived(one):
            found[key].seen = True
    for verdict in verdicts:
        subject = seen.get(next(iter(verdict.observations), ""))
        if subject is None or subject.attempt.source == subject.attempt.destination:
            continue
        source, destination, family, kind = _key(subject.attempt)
        named = found.get((source, destination, family, kind))
        if named is not None and named.expected and not _own(subject.attempt):
            kind = IMITATED
        flow = found.setdefault((source, destination, family, kind), Flow())
        counter = COUNTER.get(verdict.state, "unjudged")
        setattr(flow, counter, getattr(flow, counter) + 1)
    return found


def _expected(plan: Plan) -> Iterator[Key]:
    for flow in plan.allowed:
        kind = flow.protocol.value if flow.port is None else f"{flow.protocol.value}/{flow.port}"
        for family in flow.families:
            if family in plan.families:
                yield flow.source, flow.destination, family.value, kind


def _key(attempt: Attempt) -> Key:
    return attempt.source, attempt.destination, attempt.family.value, service(attempt)


def _own(attempt: Attempt) -> bool:
    """True if the source itself sent it, as it sends everything."""
    return attempt.intruder_segment is None and attempt.craft is None
