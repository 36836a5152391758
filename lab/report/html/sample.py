"""Which checks of a control are shown in full without asking: what went wrong by cause, and some of what passed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lab.record import State, Verdict
from lab.report.html.causes import Cause, causes
from lab.report.html.payload import answer, packet
from lab.report.html.seen import Seen
from lab.report.html.way import Step, segments, way
from lab.report.titles import sentence

PER_CAUSE = 4  # checks of one cause that are shown in full
EXHIBITS = 4  # of what one verdict rests on
PASSED = 2  # passed checks of one control that are shown


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Something that was seen, as people read it."""

    id: str
    packet: str  # "ipv4 tcp/443"
    source: str
    destination: str
    address: str
    intruder: str  # segment of the intruder that sent it, or ""
    answer: str
    steps: tuple[Step, ...]
    captures: Sequence[str]  # segments whose capture files hold its frames
    trouble: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict with what it rests on: the packet judged first, then its witnesses; of very many the first few."""

    verdict: Verdict
    test: str
    exhibits: tuple[Exhibit, ...]
    more: int  # how much else it rests on


@dataclass(frozen=True, slots=True)
class ShownCause:
    """A cause with a few of its verdicts in full."""

    cause: Cause
    shown: tuple[Shown, ...]

    @property
    def more(self) -> int:
        """How many of its verdicts are left to the list."""
        return len(self.cause.verdicts) - len(self.shown)


def wrong(verdicts: Iterable[Verdict], seen: Mapping[str, Seen]) -> tuple[ShownCause, ...]:
    """All causes of what didn't pass, each with its first verdicts."""
    return tuple(
        ShownCause(cause, tuple(show(verdict, seen) for verdict in cause.verdicts[:PER_CAUSE]))
        for cause in causes(verdicts, seen)
    )


def passed(verdicts: Iterable[Verdict], seen: Mapping[str, Seen]) -> tuple[Shown, ...]:
    """A few passed verdicts, of different tests: first those that rest on what was seen on the wire."""
    firsts: dict[str, Verdict] = {}
    for verdict in verdicts:
        if verdict.state is State.PASS:
            firsts.setdefault(sentence(verdict.test), verdict)
    ordered = sorted(firsts.values(), key=lambda verdict: not verdict.observations)
    return tuple(show(verdict, seen) for verdict in ordered[:PASSED])


def show(verdict: Verdict, seen: Mapping[str, Seen]) -> Shown:
    """The verdict with its exhibits."""
    there = [seen[name] for name in verdict.observations if name in seen]
    exhibits = tuple(_exhibit(one) for one in there[:EXHIBITS])
    return Shown(verdict, sentence(verdict.test), exhibits, len(there) - len(exhibits))


def _exhibit(seen: Seen) -> Exhibit:
    attempt = seen.attempt
    return Exhibit(
        seen.id,
        packet(attempt),
        attempt.source,
        attempt.destination,
        attempt.address,
        attempt.intruder_segment or "",
        answer(seen),
        way(seen),
        segments(seen),
        seen.trouble,
    )
