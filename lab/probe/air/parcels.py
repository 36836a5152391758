"""Packets as a station's own kernel would send them, made here: each carries a token, and all are of one length.

One command in the guest then sends hundreds of them, where a program for each would take minutes under emulation.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from lab.plan import Family, Protocol
from lab.probe.agent import headers
from lab.reach import Channel

LENGTH = 128  # bytes of every frame
TOKEN = 16
_PORT = 40_000  # source ports from here on, one for each packet
_KINDS = {Family.IPV4: b"\x08\x00", Family.IPV6: b"\x86\xdd"}
_ICMP = {Family.IPV4: headers.ICMP, Family.IPV6: headers.ICMPV6}
_HEADS = {Protocol.TCP: 20, Protocol.UDP: 8, Protocol.ICMP: 8}
_NETWORK = {Family.IPV4: 20, Family.IPV6: 40}
_ETHERNET = 14
_TAG = 0x8100
_PATIENCE, _EACH = 60.0, 0.1  # seconds, and for every frame


@dataclass(frozen=True, slots=True)
class Parcel:
    """One packet: who sends it to whom. `port` is None for echo. Addresses are text, MACs with colons."""

    family: Family
    protocol: Protocol
    source: str
    target: str
    port: int | None
    source_mac: str
    next_hop: str


def pack(parcel: Parcel, number: int) -> tuple[bytes, bytes]:
    """(token, frame) of the packet; `number` makes its source port. A TCP segment is a SYN that carries the token as data."""
    token = secrets.token_bytes(TOKEN)
    return token, _framed(parcel, number, token, ())


def tagged(parcel: Parcel, number: int, token: bytes, tags: Sequence[int]) -> bytes:
    """The same with a token that is given, behind a VLAN tag (IEEE 802.1Q) for each of these ids, the outer first."""
    return _framed(parcel, number, token, tags)


def _framed(parcel: Parcel, number: int, token: bytes, tags: Sequence[int]) -> bytes:
    marks = b"".join(struct.pack("!HH", _TAG, tag) for tag in tags)
    room = LENGTH - _ETHERNET - len(marks) - _NETWORK[parcel.family] - _HEADS[parcel.protocol]
    between = headers.ends(parcel.source, parcel.target, _PORT + number, parcel.port or 0)
    payload = token.ljust(room, b".")
    match parcel.protocol:
        case Protocol.TCP:
            kind, body = headers.TCP, headers.tcp(between, headers.SYN, payload)
        case Protocol.UDP:
            kind, body = headers.UDP, headers.udp(between, payload)
        case _:
            kind, body = _ICMP[parcel.family], headers.echo(between, payload)
    addressed = headers.card(parcel.next_hop) + headers.card(parcel.source_mac) + marks + _KINDS[parcel.family]
    return addressed + headers.packet(between, kind, body, number + 1)


def post(channel: Channel, interface: str, frames: Sequence[bytes]) -> None:
    """Send them by that interface of a host, in order. LabError if the host won't."""
    line = (
        f"f=$(mktemp) && cat >$f && socat -u -b {LENGTH} OPEN:$f INTERFACE:{interface}; code=$?; rm -f $f; exit $code"
    )
    channel.run(line, stdin=b"".join(frames), timeout=_PATIENCE + _EACH * len(frames)).check()
