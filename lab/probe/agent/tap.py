"""One packet socket over every fabric port: which token was seen where, in which direction, in the kernel's order."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from ipaddress import ip_address

from pyroute2 import IPRoute

_ETH_P_ALL = 3
_SO_TIMESTAMPNS = 35
_SO_RCVBUFFORCE = 33
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_BUFFER = 16 << 20
_TIME = struct.Struct("qq")
_SYN, _ACK, _RST = 0x02, 0x10, 0x04


@dataclass(frozen=True, slots=True)
class Frame:
    """What of a frame tells its token: `key` is ("tcp", ISN) for a first SYN, (protocol, payload) for UDP and echo requests."""

    port: str  # HOST.SEGMENT
    direction: str  # "from" the host, "to" the host
    at_ns: int
    key: tuple[str, object]
    flow: tuple[str, int, str, int]  # source address, port or id, destination address, port
    raw: bytes


class Tap:
    """Readable when frames wait. Frames that carry no token are passed over here."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.socket.setblocking(False)
        self.ports: dict[str, str] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the ports' names again: an intruder came or went."""
        with IPRoute() as route:
            self.ports = {
                link.get_attr("IFLA_IFNAME"): link.get_attr("IFLA_IFALIAS")
                for link in route.get_links(kind="veth")
                if link.get_attr("IFLA_IFALIAS")
            }

    def read(self) -> list[Frame]:
        """Every frame that waits and may carry a token."""
        found = []
        while True:
            try:
                raw, ancillary, _flags, address = self.socket.recvmsg(2048, 64)
            except BlockingIOError:
                return found
            port = self.ports.get(address[0])
            told = port and _token(raw)
            if port and told:
                seconds, nanoseconds = _TIME.unpack(ancillary[0][2][: _TIME.size])
                direction = "to" if address[2] == socket.PACKET_OUTGOING else "from"
                found.append(Frame(port, direction, seconds * 10**9 + nanoseconds, *told, raw))

    def dropped(self) -> int:
        """Frames that the kernel had no room for since the last call."""
        return struct.unpack("II", self.socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))[1]


def _token(raw: bytes) -> tuple[tuple[str, object], tuple[str, int, str, int]] | None:
    """The token of an Ethernet frame with a first SYN, a UDP datagram or an echo request; None for all others."""
    kind = raw[12:14]
    if kind == b"\x08\x00" and len(raw) >= 34:
        if raw[20] & 0x1F or raw[21]:
            return None  # not a first fragment
        protocol, start, end = raw[23], 14 + (raw[14] & 0x0F) * 4, 14 + int.from_bytes(raw[16:18], "big")
        source, target = raw[26:30], raw[30:34]
    elif kind == b"\x86\xdd" and len(raw) >= 54:
        protocol, start, end = raw[20], 54, 54 + int.from_bytes(raw[18:20], "big")
        source, target = raw[22:38], raw[38:54]
    else:
        return None
    body = raw[start:end]
    if len(body) < 8:
        return None
    ends = (str(ip_address(source)), str(ip_address(target)))
    first, second = int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big")
    if protocol == socket.IPPROTO_TCP and len(body) >= 20 and body[13] & (_SYN | _ACK | _RST) == _SYN:
        return ("tcp", int.from_bytes(body[4:8], "big")), (ends[0], first, ends[1], second)
    if protocol == socket.IPPROTO_UDP:
        return ("udp", body[8:]), (ends[0], first, ends[1], second)
    if (protocol == socket.IPPROTO_ICMP and body[0] == 8) or (protocol == socket.IPPROTO_ICMPV6 and body[0] == 128):
        return ("icmp", body[8:]), (ends[0], int.from_bytes(body[4:6], "big"), ends[1], 0)
    return None
