"""Kinds of packets, from frames as a wire has them."""

from __future__ import annotations

import struct

import pytest

from lab.probe.agent.headers import ends, udp
from lab.probe.agent.kinds import kind_of

MACS = bytes(12)
FOUR = ends("192.168.1.20", "203.0.113.40", 4500, 4500)
SIX = ends("2001:db8::1", "ff02::16", 1, 547)


def ipv4(protocol, body, offset=0):
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, offset, 64, protocol, 0) + FOUR.source + FOUR.target
    return MACS + b"\x08\x00" + head + body


def ipv6(following, body):
    return (
        MACS + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(body), following, 255) + SIX.source + SIX.target + body
    )


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (MACS + b"\x08\x06" + bytes(28), "arp"),
        (MACS + b"\x81\x00\x20\x0a\x08\x06" + bytes(28), "vlan 10 arp"),
        (ipv4(17, udp(FOUR, b"x")), "udp 203.0.113.40:4500"),
        (ipv4(6, struct.pack("!HH", 1, 443) + bytes(16)), "tcp 203.0.113.40:443"),
        (ipv4(1, b"\x08\x00"), "icmp 8"),
        (ipv4(50, b"x"), "protocol 50 203.0.113.40"),
        (ipv4(17, b"rest of it", offset=185), "fragment 203.0.113.40"),
        (ipv6(17, udp(SIX, b"x")), "udp ff02::16:547"),
        (ipv6(58, b"\x87\x00"), "icmpv6 135"),
        (ipv6(0, b"\x3a\x00\x05\x02\x00\x00\x01\x00\x8f\x00"), "icmpv6 143"),  # behind a router alert, as MLDv2 is
        (ipv6(44, bytes(8)), "fragment ff02::16"),
        (ipv4(17, b"\x01\xf4"), "short"),  # cut before its ports
        (ipv6(58, b""), "short"),
        (MACS + b"\x08\x00" + b"\x45", "short"),
        (MACS + b"\x88\xcc" + b"x", "ethertype 0x88cc"),
    ],
)
def test_frame_has_a_kind(raw, kind):
    assert kind_of(raw) == kind
