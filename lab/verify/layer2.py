"""What a host says on its segment, below IP and to whole networks: all segments at once, once per run (case Z10)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from lab.plan import Address, Host, Kind, Leg, Plan
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.layer2 import Said, contained, unanswered
from lab.verdict.words import segment_at
from lab.verify.ethernet import WORDS, Frame, Speaker
from lab.verify.judge import give, settle
from lab.verify.marks import NotTestable
from lab.verify.session import LabSession

WAIT = 0.1  # seconds for what nothing ends: a frame that is carried on, or an answer, takes microseconds
ASKING = {"arp": "ARP for hosts elsewhere", "nd": "neighbour discovery for hosts elsewhere"}
MY_NUMBER = "ZONE-01"


@dataclass(frozen=True, slots=True)
class Standing:
    """One host that speaks for its segment, and the routers that hear it there."""

    host: Host
    leg: Leg
    routers: tuple[tuple[Host, Leg], ...]

    @property
    def port(self) -> str:
        return f"{self.host.name}.{self.leg.segment}"


def standing(plan: Plan, segment: str) -> Standing | None:
    """A host with an address of its own on a segment with a router, if there is one."""
    there = [(host, leg) for host in plan.hosts for leg in host.cables if leg.segment == segment and leg.addresses]
    routers = tuple(one for one in there if one[0].kind is Kind.ROUTER)
    hosts = [one for one in there if one[0].kind is Kind.ENDPOINT and not one[1].dynamic]
    # one with a single cable, if there is one: a host with several is a neighbour that could carry its frames on
    speaker = min(hosts, key=lambda one: len(one[0].cables), default=None)
    return Standing(*speaker, routers) if speaker and routers else None


class Segments:
    """The `ethernet` fixture: `ethernet("mn").stays_there()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, segment: str) -> SegmentAt:
        return SegmentAt(self._session, self._controls, segment)


class SegmentAt:
    """One segment. Every check raises AssertionError or CheckError like the other fixtures."""

    def __init__(self, session: LabSession, controls: Sequence[str], segment: str) -> None:
        self._session, self._controls, self._segment = session, controls, segment

    def stays_there(self) -> list[Verdict]:
        """Broadcasts, multicasts, tagged frames are seen in no other segment; nobody answers for addresses elsewhere.

        For ZONE-01 from outside the My Number zone, "other" are that zone's segments.
        """
        plan, seen = self._session.plan, heard(self._session)
        here, given = standing(plan, self._segment), list[Verdict]()
        assert here is not None
        for control in self._controls:
            others = _others(plan, self._segment, control)
            for what, judgement in _judged(here, seen[self._segment], others):
                given.append(
                    give(self._session, control, f"{what} from {here.host.name} on {self._segment}", judgement)
                )
        if not given:
            raise NotTestable(f"there is no segment that is kept apart from {self._segment}")
        settle(given)
        return given


def _others(plan: Plan, segment: str, control: str) -> set[str]:
    mine = next(one for one in plan.segments if one.name == segment)
    others = {one.name: plan.place(one.zone) for one in plan.segments if one.name != segment}
    if control == MY_NUMBER and plan.place(mine.zone) != "mn":
        return {name for name, place in others.items() if place == "mn"}
    return set(others)


def _judged(here: Standing, seen: Sequence[tuple[Frame, Said]], others: set[str]) -> Iterator[tuple[str, Judgement]]:
    by_kind = sorted(seen, key=_kind) if others else ()
    for kind, group in groupby(by_kind, _kind):
        mine = list(group)
        said = [each for _, each in mine]
        if kind in WORDS:
            yield WORDS[kind][0], contained(said, sender=here.port, others=others)
        elif any(frame.at in others for frame, _ in mine):
            yield (
                ASKING[kind],
                unanswered(
                    [each for frame, each in mine if frame.at in others],
                    [each for frame, each in mine if not frame.at],
                    sender=here.port,
                ),
            )


def _kind(one: tuple[Frame, Said]) -> str:
    return one[0].kind


class _Said(dict[str, Sequence[tuple[Frame, Said]]]):
    """Segment -> each frame that was said there, and where it was seen."""


def heard(session: LabSession) -> Mapping[str, Sequence[tuple[Frame, Said]]]:
    """Per segment: each frame that was said there, and where it, or the answer to it, was seen. Said once per run."""
    known = session.memory.of(_Said)
    if not known:
        found = _hear(session)
        if any(_short(one) for mine in found.values() for one in mine):  # frames were lost on a busy machine: once more
            again = _hear(session)
            found = {name: [*filter(_leaked, mine), *again[name]] for name, mine in found.items()}
        told = {
            name: [(frame.kind, said.what, sorted(said.places)) for frame, said in mine] for name, mine in found.items()
        }
        session.sink.emit("host-file", host="fabric", name="ethernet.json", content=json.dumps(told, indent=1))
        known.update(found)
    return known


def _short(one: tuple[Frame, Said]) -> bool:
    """Not seen where it had to be, or, of a question to a router, not answered."""
    frame, said = one
    if frame.kind in WORDS:
        return any(f"{port}/to" not in said.places for port in said.to)
    return not frame.at and not said.places


def _leaked(one: tuple[Frame, Said]) -> bool:
    """Seen beyond its segment, or answered for a host elsewhere: a second look takes nothing of it away."""
    frame, said = one
    if frame.kind in WORDS:
        here = {segment_at(port) for port in said.to}
        return any(segment_at(place) not in here for place in said.places)
    return bool(frame.at and said.places)


def _hear(session: LabSession) -> dict[str, list[tuple[Frame, Said]]]:
    plan = session.plan
    speakers = {one.name: here for one in plan.segments if (here := standing(plan, one.name)) is not None}
    frames = {name: list(_frames(plan, here)) for name, here in speakers.items()}
    session.prober.record()
    session.prober.say_frames(
        [(here.host.name, here.leg.segment, [frame.raw for frame in frames[name]]) for name, here in speakers.items()],
        wait=WAIT,
    )
    places = iter(session.prober.recorded([frame.needle for mine in frames.values() for frame in mine]).seen)
    return {
        name: _once([(frame, _said(frame, speakers[name], next(places))) for frame in mine])
        for name, mine in frames.items()
    }


def _once(frames: Sequence[tuple[Frame, Said]]) -> list[tuple[Frame, Said]]:
    """A question that went to several is one: its answers have one needle."""
    return list({(frame.kind, frame.needle): (frame, said) for frame, said in frames}.values())


def _said(frame: Frame, here: Standing, places: frozenset[str]) -> Said:
    segment = here.leg.segment
    if frame.kind in WORDS:
        what, ja = WORDS[frame.kind]
        to = tuple(f"{host.name}.{segment}" for host, _ in here.routers if frame.router in {"", host.name})
        return Said(f"{what} ({frame.asked})" if frame.asked else what, ja, places, to)
    near = frozenset(place for place in places if segment_at(place) == segment)
    return Said(frame.asked, frame.asked, near)  # a host that is asked for elsewhere answers its own neighbours


def _frames(plan: Plan, here: Standing) -> Iterator[Frame]:
    speaker = Speaker(here.leg, {host.name: leg.mac for host, leg in here.routers})
    elsewhere = list(_elsewhere(plan, here.leg.segment))
    yield from speaker.everything([address for _, _, address in elsewhere])
    for segment in plan.segments:
        if segment.name != here.leg.segment and not segment.tunnel and segment.networks[0].version == 4:  # noqa: PLR2004 - IP version
            yield from speaker.to_network(segment.name, segment.networks[0].broadcast_address)
    for name, at, address in elsewhere:
        for asked in speaker.asking(f"{name} ({address})", address):
            yield replace(asked, at=at)
    for router, leg in here.routers:
        for address in leg.addresses:
            yield from speaker.asking(f"{router.name}'s own {address.ip}", address.ip)


def _elsewhere(plan: Plan, segment: str) -> Iterator[tuple[str, str, Address]]:
    """Every host of the other segments: its name, the segment, its address there."""
    for host in plan.hosts:
        for leg in host.cables if host.kind is Kind.ENDPOINT else ():
            if leg.segment != segment and not leg.dynamic:
                yield from ((host.name, leg.segment, one.ip) for one in leg.addresses)
