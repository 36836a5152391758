"""A packet socket whose frames the kernel lays into memory that is shared with it (packet(7), PACKET_RX_RING, version 2).

Its size is no matter of `rmem_max`, so a large one asks for no capability but NET_RAW. Every frame comes with its time in
nanoseconds, its true length and the VLAN tag that the kernel took out of it.
"""

from __future__ import annotations

import mmap
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

from lab.probe.agent.bpf import NOTHING, Program, attach

_ETH_P_ALL, _SOL_PACKET = 3, 263
_RX_RING, _STATISTICS, _VERSION = 5, 6, 10
_VERSION_2 = 1
_BLOCK, _BLOCKS, _SLOT = 1 << 20, 32, 2048  # 16384 frames of up to about 1960 bytes
_HEAD = struct.Struct("=IIIHHIIHH")  # status, length, kept, data at, -, s, ns, VLAN tag and its type
_LINK = struct.Struct("=HHiHBB")  # sockaddr_ll, which follows the head: -, -, index, -, packet type
_LINK_AT, _STATUS = 32, struct.Struct("=I")
_READABLE, _TAGGED, _TAG_TYPED = 1, 1 << 4, 1 << 6
_VLAN = 0x8100
_MACS = 12  # bytes that stand before a VLAN tag


class Caught(NamedTuple):
    """One frame. `at_ns`: CLOCK_REALTIME of the kernel; `length`: on the wire, more than `data` if it didn't fit."""

    interface: int
    outgoing: bool
    at_ns: int
    length: int
    data: bytes


class Ring:
    """Hears nothing until `listen`. Readable when frames wait."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        attach(self.socket, NOTHING)
        self.socket.setsockopt(_SOL_PACKET, _VERSION, _VERSION_2)
        size = _BLOCK * _BLOCKS
        self.socket.setsockopt(_SOL_PACKET, _RX_RING, struct.pack("=IIII", _BLOCK, _BLOCKS, _SLOT, size // _SLOT))
        self._memory = mmap.mmap(self.socket.fileno(), size)
        self._slots, self._next = size // _SLOT, 0

    def listen(self, program: Program) -> None:
        """From now on the frames that `program` takes, and no longer those of an earlier one."""
        attach(self.socket, program)

    def waiting(self) -> Iterator[Caught]:
        """Every frame that waits, oldest first."""
        while True:
            at = self._next * _SLOT
            status, length, kept, data_at, _, seconds, nanoseconds, tag, kind = _HEAD.unpack_from(self._memory, at)
            if not status & _READABLE:
                return
            index, packet_type = _LINK.unpack_from(self._memory, at + _LINK_AT)[2:5:2]
            data = self._memory[at + data_at : at + data_at + kept]
            _STATUS.pack_into(self._memory, at, 0)
            self._next = (self._next + 1) % self._slots
            if status & _TAGGED:
                data = data[:_MACS] + struct.pack("!HH", kind if status & _TAG_TYPED else _VLAN, tag) + data[_MACS:]
                length += 4
            yield Caught(
                index, packet_type == socket.PACKET_OUTGOING, seconds * 1_000_000_000 + nanoseconds, length, data
            )

    def lost(self) -> int:
        """Frames that the kernel had no room for since the last call."""
        dropped: int = struct.unpack("=II", self.socket.getsockopt(_SOL_PACKET, _STATISTICS, 8))[1]
        return dropped
