"""What of an Ethernet frame tells its token: a few header fields, read without building a packet out of it.

A token survives address translation: for TCP it is the initial sequence number, for UDP and ICMP the first sixteen bytes
of the payload. Answers are told by what they acknowledge or quote.
"""

# ruff: noqa: PLR2004 - offsets and lengths of wire formats

from __future__ import annotations

import struct
from typing import NamedTuple

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
TOKEN = 16
SYN, RST, ACK = 0x02, 0x04, 0x10
_ECHO = {ICMP: (8, 0), ICMPV6: (128, 129)}  # request, reply
_ERRORS = {ICMP: {3, 11, 12}, ICMPV6: {1, 2, 3, 4}}
_PORT_UNREACHABLE = {ICMP: (3, 3), ICMPV6: (1, 4)}
_EXTENSIONS = {0, 43, 44, 60}  # IPv6 headers that stand before the transport header
_PORTS = struct.Struct("!HH")
_SEQUENCES = struct.Struct("!II")

Key = tuple[str, object]
Ends = tuple[bytes, int, bytes, int]  # source address, port or id, destination address, port


class Told(NamedTuple):
    """`role`: "token" for the probe's own packet, else the answer that the frame is."""

    key: Key
    role: str  # "token", "connected", "refused", "replied", "unreachable"
    ends: Ends
    sequence: int = 0  # of a TCP segment


def read(frame: bytes) -> Told | None:
    """The token of a frame and the part it plays; None if it can carry none."""
    kind = frame[12:14]
    if kind == b"\x08\x00" and len(frame) >= 34:
        return _four(frame[14:])
    if kind == b"\x86\xdd" and len(frame) >= 54:
        return _six(frame[14:])
    return None


def answers(frame: bytes) -> str:
    """What a frame that carries a token as a quotation or an echo says: "unreachable", "refused", "replied"; "" if neither."""
    six = frame[12:14] == b"\x86\xdd"
    protocol, start = (frame[20], 54) if six else (frame[23], 14 + (frame[14] & 0x0F) * 4)
    kind = frame[start : start + 2]
    if protocol != (ICMPV6 if six else ICMP) or len(kind) < 2:
        return ""
    if kind[0] in _ERRORS[protocol]:
        return "refused" if tuple(kind) == _PORT_UNREACHABLE[protocol] else "unreachable"
    return "replied" if kind[0] == _ECHO[protocol][1] else ""


def _four(packet: bytes) -> Told | None:
    if packet[6] & 0x1F or packet[7]:
        return None  # not the first fragment
    start, end = (packet[0] & 0x0F) * 4, int.from_bytes(packet[2:4], "big")
    return _transport(packet[9], packet[start:end], packet[12:16], packet[16:20])


def _six(packet: bytes) -> Told | None:
    protocol, start = packet[6], 40
    while protocol in _EXTENSIONS and len(packet) >= start + 8:
        if protocol == 44 and int.from_bytes(packet[start + 2 : start + 4], "big") >> 3:
            return None  # not the first fragment
        length = 8 if protocol == 44 else packet[start + 1] * 8 + 8
        protocol, start = packet[start], start + length
    end = 40 + int.from_bytes(packet[4:6], "big")
    return _transport(protocol, packet[start:end], packet[8:24], packet[24:40])


def _transport(protocol: int, body: bytes, source: bytes, target: bytes) -> Told | None:
    if len(body) < 8:
        return None
    if protocol == TCP:
        return _tcp(body, source, target)
    if protocol == UDP:
        sport, dport = _PORTS.unpack_from(body)
        return Told(("udp", body[8 : 8 + TOKEN]), "token", (source, sport, target, dport))
    if protocol in _ECHO:
        return _icmp(protocol, body, source, target)
    return None


def _tcp(body: bytes, source: bytes, target: bytes) -> Told | None:
    if len(body) < 20:
        return None
    ends = (source, *_PORTS.unpack_from(body))
    sequence, acknowledged = _SEQUENCES.unpack_from(body, 4)
    flags = body[13] & (SYN | RST | ACK)
    whole = (ends[0], ends[1], target, ends[2])
    if flags == SYN:
        return Told(("tcp", sequence), "token", whole)
    if flags == SYN | ACK:
        return Told(("tcp", (acknowledged - 1) & 0xFFFFFFFF), "connected", whole, sequence)
    if flags == RST | ACK:
        return Told(("tcp", (acknowledged - 1) & 0xFFFFFFFF), "refused", whole)
    return None


def _icmp(protocol: int, body: bytes, source: bytes, target: bytes) -> Told | None:
    request, reply = _ECHO[protocol]
    if body[0] in {request, reply}:
        identifier = int.from_bytes(body[4:6], "big")
        role = "token" if body[0] == request else "replied"
        return Told(("icmp", body[8 : 8 + TOKEN]), role, (source, identifier, target, 0))
    if body[0] not in _ERRORS[protocol]:
        return None
    quoted = _quoted(protocol, body[8:])
    if quoted is None:
        return None
    refused = (body[0], body[1]) == _PORT_UNREACHABLE[protocol]
    return Told(quoted, "refused" if refused else "unreachable", (source, 0, target, 0))


def _quoted(protocol: int, packet: bytes) -> Key | None:
    """The token of the packet that an ICMP error is about; it quotes at least eight bytes of its transport header."""
    if protocol == ICMP and len(packet) >= 28:
        inner, start = packet[9], (packet[0] & 0x0F) * 4
    elif protocol == ICMPV6 and len(packet) >= 48:
        inner, start = packet[6], 40
    else:
        return None
    body = packet[start:]
    if inner == TCP and len(body) >= 8:
        return "tcp", int.from_bytes(body[4:8], "big")
    if inner == UDP and len(body) >= 8 + TOKEN:
        return "udp", body[8 : 8 + TOKEN]
    if inner in _ECHO and len(body) >= 8 + TOKEN and body[0] == _ECHO[inner][0]:
        return "icmp", body[8 : 8 + TOKEN]
    return None
