"""Packets of a tunnel that are taken from the wire and sent once more (anti-replay): what comes out of the tunnel meanwhile.

A host sends numbered datagrams into its tunnel. At the port of the tunnel's other end each comes by as ESP in UDP; these very
frames are put on that port again, and the end inside shows whether any datagram comes out a second time.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Sequence
from typing import Any

from lab.probe.agent.carriers import family_of, numbered
from lab.probe.agent.frames import TOKEN
from lab.probe.agent.namespace import inside
from lab.probe.agent.ports import port_names
from lab.probe.agent.sender import PREFIX
from lab.probe.agent.tap import Raw, Tap

_ESP_PORT = 4500
_NAME = TOKEN - len(PREFIX) - 4
_PAUSE = 0.01  # seconds between two datagrams
_SETTLED = 0.7  # seconds that a tunnel's software is given for the last of them
_HEAD = {0x0800: 20, 0x86DD: 40}  # of IP without options, which daemons don't send

Order = dict[str, Any]


def replayed(order: Order, space: int, tunnels: Sequence[tuple[str, str, int]]) -> Order:
    """Send, send the captured frames again, send anew. {"sent", "first", "frames", "again", "fresh", "trouble"}: counts.

    `order`: {"address", "port", "family", "count", "outer": the port of the tunnel's far end, "inner": that end itself}.
    """
    name, tap = PREFIX + os.urandom(_NAME), Tap(tunnels, everything=True)
    with inside(space):
        sender = socket.socket(family_of(order), socket.SOCK_DGRAM)
    try:
        sender.settimeout(0)
        sender.connect((order["address"], order["port"]))
        count = int(order["count"])
        seen = _heard(tap, sender, [name + number.to_bytes(4, "big") for number in range(count)])
        frames = [one.raw for one in seen if (one.port, one.direction) == (order["outer"], "to") and _is_esp(one.raw)]
        again = _heard(tap, _Wire(order["outer"]), frames)
        anew = _heard(tap, sender, [name + number.to_bytes(4, "big") for number in range(count, 2 * count)])
        lost = tap.lost()
        return {
            "sent": count,
            "first": len(_numbers(seen, name, order["inner"])),
            "frames": len(frames),
            "sent_again": sum(
                (one.port, one.direction) == (order["outer"], "to") and one.raw in frames for one in again
            ),
            "again": len(_numbers(again, name, order["inner"])),
            "fresh": len({number for number in _numbers(anew, name, order["inner"]) if number >= count}),
            "trouble": [f"the tap lost {lost} frames"] if lost else [],
        }
    finally:
        sender.close()
        tap.close()


class _Wire:
    """The fabric's end of a port's cable: what is sent there arrives at the host as from its segment."""

    def __init__(self, port: str) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        device = next((device for device, name in port_names().items() if name == port), None)
        if device is None:
            raise ValueError(f"the fabric has no port {port}")
        self._socket.bind((device, 0))

    def send(self, frame: bytes) -> int:
        """Put one frame on it."""
        return self._socket.send(frame)


def _heard(tap: Tap, way: socket.socket | _Wire, packets: Sequence[bytes]) -> list[Raw]:
    """Send them one after the other; everything that was on any port meanwhile and for a moment after."""
    found = list(tap.waiting())[:0]  # what waits is of before
    for packet in packets:
        way.send(packet)
        found += _meanwhile(tap, _PAUSE)
    return found + _meanwhile(tap, _SETTLED)


def _meanwhile(tap: Tap, seconds: float) -> list[Raw]:
    found: list[Raw] = []
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        select.select(tap.sockets, [], [], left)
        found += tap.waiting()
    return found


def _numbers(seen: Sequence[Raw], name: bytes, port: str) -> set[int]:
    told = (numbered(name, one.raw) for one in seen if (one.port, one.direction) == (port, "to"))
    return {number for number in told if number is not None}


def _is_esp(frame: bytes) -> bool:
    """ESP in UDP (RFC 3948): what begins with four zeros is IKE, what is one byte long keeps a NAT's entry."""
    start = _HEAD.get(int.from_bytes(frame[12:14], "big"))
    if start is None or len(frame) < 14 + start + 12:
        return False
    udp = frame[14 + start :]
    return int.from_bytes(udp[2:4], "big") == _ESP_PORT and udp[8:12] != bytes(4)
