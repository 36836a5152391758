"""Everything that crosses the fabric for a while, payloads too: where a text was seen, and what a stream carried.

The tap leaves a connection's data out; this listens to all of it, so it is opened for one question and closed again.
"""

from __future__ import annotations

import base64
import socket
import struct
from collections import Counter
from typing import Any

from lab.probe.agent.kinds import kind_of
from lab.probe.agent.ports import port_names

_ETH_P_ALL, _SO_RCVBUFFORCE = 3, 33
_BUFFER, _SNAP = 64 << 20, 65535
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_HEAD = 4  # bytes that needles are sorted by
_IPV4, _IPV6, _TCP = 0x0800, 0x86DD, 6


class Needles:
    """Byte strings to look for, none of them empty: frames are many, and needles that begin alike are found in one search."""

    def __init__(self, needles: list[bytes]) -> None:
        self._heads: dict[bytes, dict[int, dict[bytes, list[int]]]] = {}
        for number, needle in enumerate(needles):
            lengths = self._heads.setdefault(needle[:_HEAD], {})
            lengths.setdefault(len(needle), {}).setdefault(needle, []).append(number)

    def within(self, raw: bytes) -> set[int]:
        """The numbers of those that are in `raw`."""
        found: set[int] = set()
        for head, lengths in self._heads.items():
            at = raw.find(head)
            while at >= 0:
                for length, known in lengths.items():
                    found.update(known.get(raw[at : at + length], ()))
                at = raw.find(head, at + 1)
        return found


class Wire:
    """Listens from the moment it is made until `told`. Use once."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        self._socket.settimeout(0)

    def told(self, needles: list[str], streams: list[dict[str, Any]], places: list[str]) -> dict[str, Any]:
        """What was heard: {"seen": ..., "streams": ..., "kinds": ..., "lost": frames}.

        Per needle (hex) {"PORT/direction": frames}; per wish [[segment, ...], ...]; per place ("PORT/direction") {kind: frames}.
        A stream is wished by source and destination address and destination port; one list of TCP segments (base64, in
        order, repetitions left out) per connection, as it left the first fabric port that it was seen at.
        """
        wanted = Needles([bytes.fromhex(needle) for needle in needles])
        seen: list[dict[str, int]] = [{} for _ in needles]
        found: list[dict[tuple[str, int], dict[int, bytes]]] = [{} for _ in streams]
        keys = [(_packed(s["source"]), _packed(s["address"]), int(s["port"])) for s in streams]
        kinds: dict[str, Counter[str]] = {place: Counter() for place in places}
        for port, direction, raw in self._frames():
            place = f"{port}/{direction}"
            if (counted := kinds.get(place)) is not None:
                counted[kind_of(raw)] += 1
            for number in wanted.within(raw):
                seen[number][place] = seen[number].get(place, 0) + 1
            segment = _segment(raw) if direction == "from" else None
            if segment is not None:
                source, destination, sport, dport, number, data = segment
                for key, connections in zip(keys, found, strict=True):
                    if key == (source, destination, dport) and data:
                        connections.setdefault((port, sport), {}).setdefault(number, data)
        lost: int = struct.unpack("II", self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))[1]
        return {
            "seen": seen, "streams": [_first_port(connections) for connections in found], "kinds": kinds, "lost": lost,
        }  # fmt: skip

    def close(self) -> None:
        self._socket.close()

    def _frames(self) -> list[tuple[str, str, bytes]]:
        ports = port_names()
        found: list[tuple[str, str, bytes]] = []
        while True:
            try:
                raw, address = self._socket.recvfrom(_SNAP)
            except BlockingIOError:
                return found
            if (port := ports.get(address[0])) is not None:
                found.append((port, "to" if address[2] == socket.PACKET_OUTGOING else "from", raw))


def _packed(address: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def _segment(raw: bytes) -> tuple[bytes, bytes, int, int, int, bytes] | None:
    """(source, destination, source port, destination port, sequence number, data) of a TCP frame, None for any other."""
    kind = int.from_bytes(raw[12:14], "big")
    if kind == _IPV4 and raw[23] == _TCP:
        start, end = 14 + (raw[14] & 15) * 4, 14 + int.from_bytes(raw[16:18], "big")
        source, destination = raw[26:30], raw[30:34]
    elif kind == _IPV6 and raw[20] == _TCP:
        start, end = 54, 54 + int.from_bytes(raw[18:20], "big")
        source, destination = raw[22:38], raw[38:54]
    else:
        return None
    sport, dport, number = struct.unpack_from("!HHI", raw, start)
    return source, destination, sport, dport, number, raw[start + (raw[start + 12] >> 4) * 4 : end]


def _first_port(connections: dict[tuple[str, int], dict[int, bytes]]) -> list[list[str]]:
    """The segments of each connection at the first port that it was seen at, in the order of their numbers."""
    first: dict[int, dict[int, bytes]] = {}
    for (_, sport), segments in connections.items():
        first.setdefault(sport, segments)
    return [[base64.b64encode(data).decode() for _, data in sorted(each.items())] for each in first.values()]
