"""What a station sends itself, as packets made here and posted by its interface, and the ports where each was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.plan import Plan, once, trail
from lab.probe.air.parcels import Parcel, pack, post
from lab.verdict.words import host_of, segment_of
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.trip import Wish, address, mac_on, target_of
from lab.verify.wireless.hosts import Station

BATCH = 100  # packets of one command
ROUNDS = 3  # what the air lost is sent again


@dataclass(frozen=True, slots=True)
class Way:
    """The way of a station's packet. Ports with direction: "radio.lg/from", "fw-lg.lg/to"."""

    entry: str  # where all that stations of this network send comes into the fabric
    first: str  # where it is handed on: to the router, or to its target itself
    last: str  # where it would arrive
    direct: bool  # nobody forwards it


@once
def way_of(plan: Plan, wish: Wish) -> Way:
    """Its way, by the plan's routes. CheckError if the station has no way to anybody."""
    ports = trail(plan, wish.source, target_of(plan, wish))
    if not ports:
        raise CheckError(f"{wish.source} has no route to {address(plan, wish)}")
    return Way(ports[0], ports[1], ports[-1], direct=host_of(ports[1]) == wish.destination)


def send(session: LabSession, station: Station, wishes: Sequence[Wish]) -> list[frozenset[str]]:
    """The ports where each packet was seen. LabError if the station can't send."""
    channel = session.channel(station.host.name)
    packed = [pack(_parcel(session.plan, station, wish), number) for number, wish in enumerate(wishes)]
    places = [frozenset[str]()] * len(wishes)
    for _ in range(ROUNDS):
        waiting = [n for n, wish in enumerate(wishes) if way_of(session.plan, wish).entry not in places[n]]
        if not waiting:
            break
        session.prober.record()
        for start in range(0, len(waiting), BATCH):
            post(channel, "wlan", [packed[number][1] for number in waiting[start : start + BATCH]])
        seen = session.prober.recorded([packed[number][0] for number in waiting]).seen
        for number, found in zip(waiting, seen, strict=True):
            places[number] |= found
    return places


def _parcel(plan: Plan, station: Station, wish: Wish) -> Parcel:
    port = way_of(plan, wish).first.partition("/")[0]
    hop = mac_on(plan.host(host_of(port)), segment_of(port))
    source = str(station.host.address(wish.family))
    return Parcel(wish.family, wish.protocol, source, address(plan, wish), wish.port, station.host.mac, hop)
