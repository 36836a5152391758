"""The master keys of sessions on the air, as the authentication server hands them to the access point (RFC 2548).

They are read off the cable between the two, with their shared secret, and are in this process's memory alone.
"""

from __future__ import annotations

import select
import time
from collections.abc import Sequence
from typing import Self

import dpkt

from lab.pki import secret_stem
from lab.probe import Watch, open_watch
from lab.probe.air.keys import Key
from lab.verify.marks import CheckError
from lab.verify.radius_packet import ACCESS_ACCEPT, ACCESS_REQUEST, answer, master_key, station_of
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of
from lab.verify.wireless.hosts import POINT

PORT = 1812
_LASTS, _ENDS = 600.0, 20.0  # seconds that the capture lives at most, and that its end may take


class RadiusWire:
    """A capture of that cable: `with RadiusWire(session) as wire: ...; keys = wire.master_keys()`."""

    def __init__(self, session: LabSession) -> None:
        air, point = session.plan.air, session.plan.on_air(POINT)
        assert air is not None
        assert point is not None
        self._session = session
        self._port = f"{air.container}.{point.legs[0].segment}"
        self._watch: Watch | None = None

    def __enter__(self) -> Self:
        session = self._session
        self._watch = open_watch(session.engine, session.lab, [self._port], [], f"udp port {PORT}", deadline=_LASTS)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._watch is not None
        self._watch.__exit__()

    def packets(self) -> list[bytes]:
        """End it; the frames that crossed. CheckError if some were lost. They hold keys: they go nowhere."""
        assert self._watch is not None
        self._watch.stop()
        poll, until, found = select.poll(), time.monotonic() + _ENDS, list[bytes]()
        poll.register(self._watch, select.POLLIN)
        while self._watch.dropped is None and time.monotonic() < until:
            poll.poll(1000)
            found += [packet.data for packet in self._watch.arrived() if len(packet.data) == packet.length]
        if self._watch.dropped != 0:
            raise CheckError(f"the capture of {self._port} lost packets: {self._watch.dropped}")
        return found


def secret_of(session: LabSession) -> Key:
    """What the access point shares with its servers, from the lab's keys. CheckError if it isn't on this machine."""
    file = secret_stem(keys_of(session), POINT).with_suffix(".secret")
    try:
        return Key(file.read_bytes().strip())
    except OSError as error:
        raise CheckError(f"the secret of {POINT} is not on this machine: {error.strerror}") from error


def master_keys(frames: Sequence[bytes], secret: Key) -> dict[str, list[Key]]:
    """MAC address of a station -> the keys of its authentications in these frames of the cable, in their order.

    An Access-Accept counts if it was made with the secret, for that very request.
    """
    asked: dict[tuple[bytes, int, int], bytes] = {}  # server, the access point's port, number -> the newest request
    found: dict[str, list[Key]] = {}
    for frame in frames:
        packet = dpkt.ethernet.Ethernet(frame).data
        if not isinstance(packet, dpkt.ip.IP) or not isinstance(packet.data, dpkt.udp.UDP):
            continue  # a later part of a packet that was too large
        body = bytes(packet.data.data)
        if body[:1] == bytes([ACCESS_REQUEST]):
            asked[packet.dst, packet.data.sport, body[1]] = body
        elif body[:1] == bytes([ACCESS_ACCEPT]) and (request := asked.get((packet.src, packet.data.dport, body[1]))):
            told = answer(body, request, secret)
            if told and told.genuine and (key := master_key(body, request, secret)):
                found.setdefault(station_of(request).lower().replace("-", ":"), []).append(Key(key))
    return found
