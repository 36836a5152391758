"""One packet socket over every fabric port, one per tunnel end: what was seen where, which way, when by the kernel's clock."""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lab.probe.agent.frames import Told, read
from lab.probe.agent.ports import port_names
from lab.probe.agent.sender import PREFIX
from lab.probe.agent.tracer import FIRST
from lab.probe.agent.tunnels import TunnelEnd

_ETH_P_ALL = 3
_SO_ATTACH_FILTER, _SO_RCVBUFFORCE, _SO_TIMESTAMPNS = 26, 33, 35
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_BUFFER, _SNAP = 32 << 20, 2048
_TIME = struct.Struct("qq")
# Classic BPF: of TCP only what opens or refuses a connection, comes in fragments, or has a port of the probes' range or
# above; of everything else all but ARP. A busy lab's data stays out.
_LOAD_H, _LOAD_B, _LOAD_HX, _LOAD_BX, _IP_LENGTH = 0x28, 0x30, 0x48, 0x50, 0xB1
_EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x15, 0x45, 0x35, 0x06
_FILTER = (
    (_LOAD_H, 0, 0, 12),
    (_EQUAL, 3, 0, 0x0800),
    (_EQUAL, 13, 0, 0x86DD),
    (_EQUAL, 21, 0, 0x0806),
    (_RETURN, 0, 0, _SNAP),
    (_LOAD_B, 0, 0, 23),  # IPv4: protocol
    (_EQUAL, 0, 17, 6),
    (_LOAD_H, 0, 0, 20),
    (_ANY_BIT, 15, 0, 0x3FFF),
    (_IP_LENGTH, 0, 0, 14),
    (_LOAD_BX, 0, 0, 14 + 13),
    (_ANY_BIT, 12, 0, 0x06),
    (_LOAD_HX, 0, 0, 14),
    (_AT_LEAST, 10, 0, FIRST),
    (_LOAD_HX, 0, 0, 14 + 2),
    (_AT_LEAST, 8, 9, FIRST),
    (_LOAD_B, 0, 0, 20),  # IPv6: next header
    (_EQUAL, 0, 6, 6),
    (_LOAD_B, 0, 0, 54 + 13),
    (_ANY_BIT, 4, 0, 0x06),
    (_LOAD_H, 0, 0, 54),
    (_AT_LEAST, 2, 0, FIRST),
    (_LOAD_H, 0, 0, 54 + 2),
    (_AT_LEAST, 0, 1, FIRST),
    (_RETURN, 0, 0, _SNAP),
    (_RETURN, 0, 0, 0),
)


class Frame(NamedTuple):
    """A frame that tells something about a token."""

    port: str  # HOST.SEGMENT
    direction: str  # "from" the host, "to" the host
    at_ns: int
    told: Told | None  # None: a token travels in it, and nothing else is known of it
    raw: bytes


class Raw(NamedTuple):
    """A frame as it came."""

    port: str
    direction: str
    at_ns: int
    raw: bytes


class Tap:
    """`sockets` are readable when frames wait. `everything`: also the segments inside TCP connections, left out otherwise.

    `tunnels`: (host, interface, namespace) of every end of a tunnel.
    """

    def __init__(self, tunnels: Sequence[tuple[str, str, int]] = (), *, everything: bool = False) -> None:
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        if not everything:
            _attach_filter(self.socket)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.socket.settimeout(0)
        self.ports: dict[str, str] = {}
        self._ends = [TunnelEnd(*one) for one in tunnels]
        self.sockets = [self.socket, *(end.socket for end in self._ends)]
        self.refresh()

    def refresh(self) -> None:
        """Read the ports' names again: an intruder came or went."""
        self.ports = port_names()
        for end in self._ends:
            end.refresh()

    def read(self) -> list[Frame]:
        """Every frame that waits and may tell of a token."""
        return [
            Frame(frame.port, frame.direction, frame.at_ns, told, frame.raw)
            for frame in self.waiting()
            if (told := read(frame.raw)) or PREFIX in frame.raw
        ]

    def waiting(self) -> Iterator[Raw]:
        """Every frame of a host's port that waits, causes before effects: what left a port before what came by another."""
        if not self._ends:
            yield from self._cables()
            return
        found: list[Raw] = []
        while True:  # what a cable tells may have its cause in a tunnel, and the other way round
            found += self._cables()
            inside = [Raw(end.port, *one) for end in self._ends for one in end.waiting()]
            found += inside
            if not inside:
                break
        yield from sorted(found, key=_when)

    def _cables(self) -> Iterator[Raw]:
        receive = self.socket.recvmsg
        while True:
            try:
                raw, ancillary, _flags, address = receive(_SNAP, 64)
            except BlockingIOError:
                return
            if port := self.ports.get(address[0]):
                seconds, nanoseconds = _TIME.unpack_from(ancillary[0][2])
                direction = "to" if address[2] == socket.PACKET_OUTGOING else "from"
                yield Raw(port, direction, seconds * 1_000_000_000 + nanoseconds, raw)

    def close(self) -> None:
        for one in self.sockets:
            one.close()

    def lost(self) -> int:
        """Frames that the kernel had no room for since the last call."""
        told = (one.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8) for one in self.sockets)
        return sum(int(struct.unpack("II", each)[1]) for each in told)


def _when(frame: Raw) -> int:
    return frame.at_ns


def _attach_filter(target: socket.socket) -> None:
    code = b"".join(struct.pack("HBBI", *line) for line in _FILTER)
    buffer = ctypes.create_string_buffer(code)
    target.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(_FILTER), ctypes.addressof(buffer)))
