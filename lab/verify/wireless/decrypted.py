"""The decrypt proof: canaries of a station's session, and of a wired host to it, looked for in frames that its keys open."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

from lab.errors import LabError
from lab.plan import Family, Host, Kind, Plan
from lab.probe.air.decryption import Opened, decrypt
from lab.probe.air.keys import Key
from lab.record.air import AirCapture
from lab.verdict.decrypted import Decrypted
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.wireless.canaries import broadcast_of, fly
from lab.verify.wireless.hosts import OnAir, Station


class Canaries(NamedTuple):
    """Of one station: what it sends itself, what a wired host sends to it, and what that one sends to everybody."""

    own: bytes
    to_it: bytes
    to_all: bytes

    @classmethod
    def fresh(cls) -> Self:
        return cls(*(secrets.token_hex(32).encode() for _ in cls._fields))


def answer_by_cable(session: LabSession, one: Station, canaries: Canaries) -> CheckError | None:
    """A wired host of its segment sends to the station, and to everybody. Why it can't, which spoils nothing else."""
    try:
        neighbour = OnAir(session, neighbour_of(session.plan, one).name)
        fly(neighbour, canaries.to_it, str(one.host.address(Family.IPV4)))
        fly(neighbour, canaries.to_all, broadcast_of(one.host))
    except (CheckError, LabError) as error:
        return CheckError(f"nothing could be sent to {one.host.name} by cable: {error}")
    return None


def neighbour_of(plan: Plan, one: Station) -> Host:
    """A wired host in the network's segment. CheckError if there is none."""
    for host in plan.hosts:
        if host.kind is Kind.ENDPOINT and any(leg.addresses and leg.segment == one.ssid.segment for leg in host.legs):
            return host
    raise CheckError(f"no wired host is in the segment of {one.ssid.name}")


def decrypted(
    plan: Plan,
    one: Station,
    *,
    raw: bytes,
    in_clear: Sequence[str],
    read_openly: int,
    canaries: Canaries,
    keys: Mapping[str, Sequence[Key]],
    seen: Sequence[frozenset[str]],
) -> Decrypted:
    """What this station's keys open in the capture. `seen`: fabric ports of each canary; `in_clear`: who sent one readable.

    `read_openly`: frames of the open network where the station's own can be read.
    """
    mine = keys.get(one.host.mac, ())
    made = decrypt(raw, one.host.mac, one.ssid.bssid, mine)
    spoilt = decrypt(raw, one.host.mac, one.ssid.bssid, [key.spoilt() for key in mine])
    held = [(frame, [word in frame.text for word in canaries]) for frame in made.opened]
    assert plan.air is not None
    to_the_point = f"{plan.air.container}.{one.ssid.segment}/to"

    def count(word: int, *, from_station: bool, for_group: bool = False, everybody: bool = False) -> int:
        kind = (from_station, for_group, everybody)
        return sum(_kind(frame) == kind and found[word] for frame, found in held)

    return Decrypted(
        station=one.host.name,
        associations=made.associations,
        accepted=len(mine),
        handshakes=made.handshakes,
        akm=made.akm,
        pairwise=made.pairwise,
        group=made.group,
        sent=count(0, from_station=True),
        sent_to_all=count(0, from_station=True, everybody=True),
        received=count(1, from_station=False),
        for_group=count(2, from_station=False, for_group=True, everybody=True),
        opened=len(made.opened),
        closed=made.closed,
        by_wrong_key=spoilt.handshakes + len(spoilt.opened) + sum(frame.by_wrong_key for frame in made.opened),
        read_openly=read_openly,
        in_clear=tuple(in_clear),
        ports=seen[0],
        delivered=all(to_the_point in ports for ports in seen[1:]),
    )


def readable(capture: AirCapture, first: int, point: str) -> tuple[str, ...]:
    """Who sent a frame in which one of a station's canaries can be read, with the name of its network if it has one.

    `first`: the number of the first of them among the texts that the capture was searched for. The station's own canary is
    sent on the open network of `point` as well, where it has to be readable.
    """
    found, names = set[str](), dict[str, str]()
    for frame in capture.frames:
        if frame.kind == "beacon" and frame.ssid:
            names[frame.transmitter] = frame.ssid
        own, *others = frame.needles[first : first + len(Canaries._fields)]
        if any(others) or (own and point not in (frame.bssid, frame.receiver, frame.transmitter)):
            found.add(frame.transmitter)
    return tuple(f"{one} ({names[one]})" if one in names else one for one in sorted(found))


def _kind(frame: Opened) -> tuple[bool, bool, bool]:
    return frame.from_station, frame.for_group, frame.everybody
