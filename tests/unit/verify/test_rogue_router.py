"""The router advertisement of a network that wants all traffic for itself, octet by octet (RFC 4861 4.2, RFC 4191 2)."""

from __future__ import annotations

from ipaddress import IPv6Network

from lab.verify.rogue_router import advertisement


def test_a_preferred_default_router_with_a_way_into_a_network():
    told = advertisement([IPv6Network("fd53:616e:736f:60::/64")])
    assert told[:16].hex() == "8600000040080708" + "00" * 8
    assert told[16:].hex() == "1802400800000708fd53616e736f0060"


def test_lengths_of_options_are_counted_in_eight_octets():
    option = advertisement([IPv6Network("2001:db8::1/128")])[16:]
    assert (option[1], len(option)) == (3, 24)
    option = advertisement([IPv6Network("::/0")])[16:]
    assert (option[1], len(option)) == (1, 8)


def test_without_a_lifetime_it_is_no_router_any_more():
    assert advertisement([], 0)[6:8] == bytes(2)
