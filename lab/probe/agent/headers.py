"""Headers as bytes: IPv4, IPv6, TCP, UDP, ICMP, SCTP, with the checksums that a tracker would look at."""

# ruff: noqa: PLR2004 - offsets and lengths of wire formats

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

TCP, UDP, ICMP, ICMPV6, SCTP, UDPLITE = 6, 17, 1, 58, 132, 136
SYN = 0x02
MORE = 0x2000  # IPv4: more fragments
_HOPS = 64
_CASTAGNOLI = 0x82F63B78


class Ends(NamedTuple):
    """Both ends of one packet, addresses packed."""

    source: bytes
    target: bytes
    source_port: int
    port: int

    @property
    def four(self) -> bool:
        return len(self.source) == 4


def ends(source: str, target: str, source_port: int, port: int) -> Ends:
    """From text. OSError for what is no address."""
    kind = socket.AF_INET6 if ":" in target else socket.AF_INET
    return Ends(socket.inet_pton(kind, source), socket.inet_pton(kind, target), source_port, port)


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total: int = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def _summed(between: Ends, protocol: int, body: bytes) -> int:
    """Checksum with the pseudo-header of the family."""
    if between.four:
        return checksum(between.source + between.target + struct.pack("!xBH", protocol, len(body)) + body)
    return checksum(between.source + between.target + struct.pack("!I3xB", len(body), protocol) + body)


def tcp(between: Ends, flags: int, payload: bytes, sequence: int = 1, acknowledged: int = 0) -> bytes:
    """One segment."""
    head = (between.source_port, between.port, sequence, acknowledged, 0x50, flags, 8192)
    body = struct.pack("!HHIIBBHHH", *head, 0, 0) + payload
    return struct.pack("!HHIIBBHHH", *head, _summed(between, TCP, body), 0) + payload


def udp(between: Ends, payload: bytes, protocol: int = UDP) -> bytes:
    """One datagram; of UDP-Lite, covered as a whole."""
    head = struct.pack("!HHH", between.source_port, between.port, 8 + len(payload))
    return head + struct.pack("!H", _summed(between, protocol, head + b"\0\0" + payload) or 0xFFFF) + payload


def icmp(between: Ends, kind: int, code: int, rest: bytes, payload: bytes) -> bytes:
    """Type, code, the four bytes that follow, payload; ICMPv6 where the ends are IPv6."""
    body = struct.pack("!BBH", kind, code, 0) + rest + payload
    total = checksum(body) if between.four else _summed(between, ICMPV6, body)
    return body[:2] + struct.pack("!H", total) + body[4:]


def echo(between: Ends, payload: bytes) -> bytes:
    """An echo request; the source port is its id."""
    return icmp(between, 8 if between.four else 128, 0, struct.pack("!HH", between.source_port, 1), payload)


def sctp(between: Ends, payload: bytes) -> bytes:
    """An INIT with the payload as a parameter that nobody knows (RFC 9260)."""
    parameter = struct.pack("!HH", 0xC0DE, 4 + len(payload)) + payload
    chunk = struct.pack("!BBHIIHHI", 1, 0, 20 + len(parameter), 1, 65536, 1, 1, 1) + parameter
    head = struct.pack("!HHI", between.source_port, between.port, 0)
    return head + struct.pack("<I", _crc32c(head + bytes(4) + chunk)) + chunk


def _crc32c(data: bytes) -> int:
    rest = 0xFFFFFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = (rest >> 1) ^ (_CASTAGNOLI if rest & 1 else 0)
    return rest ^ 0xFFFFFFFF


def card(text: str) -> bytes:
    """A MAC address from text."""
    return bytes.fromhex(text.replace(":", ""))


def group_card(group: bytes) -> bytes:
    """The MAC address that a multicast group's packets go to (RFC 1112, 6.4; RFC 2464, 7)."""
    if len(group) == 4:
        return b"\x01\x00\x5e" + bytes((group[1] & 0x7F,)) + group[2:]
    return b"\x33\x33" + group[-4:]


def packet(
    between: Ends,
    protocol: int,
    body: bytes,
    number: int,
    *,
    fragment: int = 0,
    options: bytes = b"",
    hops: int = _HOPS,
) -> bytes:
    """An IP packet. `number`: identification, or flow label. `fragment`, `options`: of IPv4 only."""
    if not between.four:
        head = struct.pack("!IHBB", 6 << 28 | number & 0xFFFFF, len(body), protocol, hops)
        return head + between.source + between.target + body
    words = 5 + len(options) // 4
    sizes = (0x40 | words, 0, words * 4 + len(body), number & 0xFFFF, fragment, hops, protocol)
    rest = between.source + between.target + options
    return struct.pack("!BBHHHBBH", *sizes, checksum(struct.pack("!BBHHHBBH", *sizes, 0) + rest)) + rest + body
