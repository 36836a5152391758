"""What a host says to a neighbour: each frame with its token, its addresses and checksums that a receiver accepts."""

from __future__ import annotations

import pytest

from lab.probe.agent import headers
from lab.probe.agent.kinds import kind_of
from lab.probe.air.greetings import ALONE, Neighbour, greetings
from lab.probe.air.parcels import LENGTH

ONE = Neighbour("sta-lg", "02:00:00:00:00:01", "10.20.0.61", "fd53::61")
OTHER = Neighbour("sta-rogue", "02:00:00:00:00:02", "10.20.0.251", "fd53::fb")
TOLD = {
    "IPv4 to its address": ("020000000002", "udp 10.20.0.251:9"),
    "IPv4 to everybody": ("ffffffffffff", "udp 255.255.255.255:9"),
    "ARP": ("ffffffffffff", "arp"),
    "mDNS": ("01005e0000fb", "udp 224.0.0.251:5353"),
    "IPv6 to its address": ("020000000002", "udp fd53::fb:9"),
    "mDNS over IPv6": ("3333000000fb", "udp ff02::fb:5353"),
    "neighbour solicitation": ("3333ff0000fb", "icmpv6 135"),
}


@pytest.mark.parametrize("way", TOLD)
def test_each_way_has_its_addresses_and_its_token(way):
    to, kind = TOLD[way]
    token, frame = greetings(ONE, OTHER)[way]
    assert len(frame) == LENGTH
    assert (frame[:6].hex(), frame[6:12].hex(), kind_of(frame)) == (to, "020000000001", kind)
    assert frame.count(token) == 1


def test_checksum_of_a_solicitation_is_right_and_no_router_passed_it_on():
    _, frame = greetings(ONE, OTHER)["neighbour solicitation"]
    length = int.from_bytes(frame[18:20], "big")
    pseudo = frame[22:54] + length.to_bytes(4, "big") + bytes((0, 0, 0, headers.ICMPV6))
    assert headers.checksum(pseudo + frame[54 : 54 + length]) == 0
    assert frame[21] == 255


def test_without_ipv6_there_is_none():
    assert ALONE - set(greetings(Neighbour("a", ONE.mac, ONE.four, None), OTHER)) == {"IPv6 to its address"}
