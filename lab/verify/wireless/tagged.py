"""VLAN tags (IEEE 802.1Q) that a station puts on what it sends: each VLAN ID alone, some behind the tag of a usual native VLAN.

An access point or a switch that reads such a tag as its own puts the station into a VLAN of its choice (VLAN hopping).
"""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lab.plan import Family, Plan, Protocol
from lab.probe.air.parcels import TOKEN, Parcel, post, tagged
from lab.verdict import Judgement
from lab.verdict.tagged import Tagged, leads_nowhere
from lab.verdict.words import segment_of
from lab.verify.session import LabSession
from lab.verify.wireless.canaries import broadcast_of
from lab.verify.wireless.hosts import Station, on_its_segment

EVERY = range(4096)  # that a tag can carry, the reserved ones too
SOME = (*range(128), *range(128, 4096, 16), 4095)  # behind another tag: under emulation a frame takes milliseconds
NATIVE = 1  # of most switches as they are delivered
FIRST = 20_000  # destination port of the frame with VLAN ID 0; each has its own, so it is known by what it carries
CHUNK = 2048  # frames of one recording: every port of the segment hears each
ROUNDS = 3  # what the air lost is sent again
EVERYBODY = "ff:ff:ff:ff:ff:ff"
_WAYS: tuple[tuple[str, str, tuple[int, ...], Sequence[int]], ...] = (
    ("one tag", "タグ1つ", (), EVERY),
    (f"a tag of VLAN {NATIVE} and one more", f"VLAN {NATIVE} のタグともう1つのタグ", (NATIVE,), SOME),
)


@dataclass(slots=True)
class _Seen:
    """What the recordings told so far."""

    crossed: set[int] = field(default_factory=set)
    plain: bool = False
    beyond: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def tags(session: LabSession, station: Station) -> list[tuple[str, Judgement, tuple[()]]]:
    """Send them to everybody on the segment; a verdict for one tag, and one for two. The station must be on its network."""
    return [
        (
            f"VLAN tags of {station.host.name}: {en}",
            leads_nowhere(_sent(session, station, en, ja, outer, ids)),
            (),
        )
        for en, ja, outer, ids in _WAYS
    ]


def _sent(session: LabSession, station: Station, en: str, ja: str, outer: Sequence[int], ids: Sequence[int]) -> Tagged:
    seen = _Seen()
    for _ in range(ROUNDS):
        waiting = [number for number in ids if number not in seen.crossed]
        for start in range(0, len(waiting), CHUNK):
            _record(session, station, seen, waiting[start : start + CHUNK], outer)
    return Tagged(
        station=station.host.name,
        how=en,
        how_ja=ja,
        sent=len(ids),
        crossed=len(seen.crossed),
        plain=seen.plain,
        beyond={port: sorted(ids) for port, ids in seen.beyond.items()},
    )


def _record(session: LabSession, station: Station, seen: _Seen, ids: Sequence[int], outer: Sequence[int]) -> None:
    entry, token, plain = on_its_segment(session.plan, station), secrets.token_bytes(TOKEN), secrets.token_bytes(TOKEN)
    frames = [tagged(_parcel(station, number), number, token, (*outer, number)) for number in ids]
    strange = _strange(session.plan, entry)
    session.prober.record()
    post(session.channel(station.host.name), "wlan", [*frames, tagged(_parcel(station, 0), 0, plain, ())])
    told = session.prober.recorded([token, plain], kinds=[entry, *strange])
    address = broadcast_of(station.host)
    seen.crossed |= _ids(told.kinds[entry], address)
    seen.plain |= entry in told.seen[1]
    for port in told.seen[0]:
        if segment_of(port.partition("/")[0]) != segment_of(entry.partition("/")[0]):
            seen.beyond[port] |= _ids(told.kinds.get(port, {}), address)


def _parcel(station: Station, number: int) -> Parcel:
    source = str(station.host.address(Family.IPV4))
    return Parcel(
        Family.IPV4,
        Protocol.UDP,
        source,
        broadcast_of(station.host),
        FIRST + number,
        station.host.mac,
        EVERYBODY,
    )


def _strange(plan: Plan, entry: str) -> list[str]:
    """The ports of all other segments, both ways."""
    mine = segment_of(entry.partition("/")[0])
    ports = {f"{host.name}.{leg.segment}" for host in plan.hosts for leg in host.legs if leg.segment != mine}
    return [f"{port}/{way}" for port in sorted(ports) for way in ("from", "to")]


def _ids(kinds: Iterable[str], address: str) -> set[int]:
    """VLAN IDs of the frames among these kinds: by the destination port of what is behind the tags that are left."""
    found = (re.search(rf"udp {re.escape(address)}:(\d+)$", kind) for kind in kinds)
    return {int(one[1]) - FIRST for one in found if one} & set(EVERY)
