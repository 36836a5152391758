"""Packets of a station: whole, of one length, with checksums that a tracker accepts and a token of their own."""

from __future__ import annotations

import pytest

from lab.plan import Family, Protocol
from lab.probe.agent import headers
from lab.probe.air.parcels import LENGTH, TOKEN, Parcel, pack, tagged

ADDRESSES = {Family.IPV4: ("10.20.0.61", "10.10.0.10"), Family.IPV6: ("fd53::61", "fd53:0:0:10::10")}


def parcel(family, protocol):
    source, target = ADDRESSES[family]
    port = None if protocol is Protocol.ICMP else 443
    return Parcel(family, protocol, source, target, port, "02:00:00:00:00:01", "02:00:00:00:00:02")


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("protocol", Protocol)
def test_every_packet_is_of_one_length_and_carries_its_token(family, protocol):
    token, frame = pack(parcel(family, protocol), 3)
    assert len(frame) == LENGTH
    assert frame[:12] == bytes.fromhex("020000000002020000000001")
    assert frame.count(token) == 1
    assert len(token) == TOKEN
    assert pack(parcel(family, protocol), 3)[0] != token


def test_checksum_of_a_segment_is_right_and_its_source_port_is_its_number():
    _, frame = pack(parcel(Family.IPV4, Protocol.TCP), 7)
    segment = frame[34:]
    assert int.from_bytes(segment[:2], "big") == 40_007
    pseudo = frame[26:34] + bytes((0, headers.TCP)) + len(segment).to_bytes(2, "big")
    assert headers.checksum(pseudo + segment) == 0


def test_tags_stand_before_the_kind_and_the_length_stays():
    frame = tagged(parcel(Family.IPV4, Protocol.UDP), 0, b"token", (1, 4095))
    assert len(frame) == LENGTH
    assert frame[12:22] == bytes.fromhex("8100000181000fff0800")
    assert frame.count(b"token") == 1
