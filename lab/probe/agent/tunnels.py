"""The ends of VPN tunnels as ports: inside, a packet is in clear; the fabric sees the tunnel's own packets only.

A tunnel's interface (a TUN device) comes and goes with the software that makes it, and its frames have no link header.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress

from lab.probe.agent import namespace

_ETH_P_ALL, _SO_RCVBUFFORCE, _SO_TIMESTAMPNS = 3, 33, 35
_BUFFER, _SNAP = 8 << 20, 2048
_TIME = struct.Struct("qq")
_NO_CARDS = bytes(12)  # stands where the MAC addresses of an Ethernet frame are


class TunnelEnd:
    """One interface in one host's namespace. Hears nothing while the interface isn't there."""

    def __init__(self, host: str, interface: str, space: int) -> None:
        self.port = f"{host}.{interface}"
        self._interface, self._space, self._index = interface, space, 0
        with namespace.inside(space):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.socket.settimeout(0)

    def refresh(self) -> None:
        """Listen to the interface that has the name now."""
        with namespace.inside(self._space):
            try:
                index = socket.if_nametoindex(self._interface)
            except OSError:
                index = 0
        if index and index != self._index:
            with suppress(OSError):  # it has gone in between
                self.socket.bind((self._interface, _ETH_P_ALL))
        self._index = index

    def waiting(self) -> Iterator[tuple[str, int, bytes]]:
        """(direction, time in ns, frame) of what waits; the frame as Ethernet would have it."""
        while True:
            try:
                packet, ancillary, _flags, address = self.socket.recvmsg(_SNAP, 64)
            except OSError:  # nothing more, or the interface has gone down
                return
            seconds, nanoseconds = _TIME.unpack_from(ancillary[0][2])
            direction = "from" if address[2] == socket.PACKET_OUTGOING else "to"
            frame = _NO_CARDS + struct.pack("!H", address[1]) + packet
            yield direction, seconds * 1_000_000_000 + nanoseconds, frame

    def close(self) -> None:
        self.socket.close()
