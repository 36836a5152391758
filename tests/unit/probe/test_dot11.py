"""Frames of the air, read from bytes made by hand after the standard's figures."""

from __future__ import annotations

import struct

import pytest

from lab.errors import LabError
from lab.probe.air import craft, read_capture
from lab.probe.air.elements import Suites, elements, read_rsn, write_rsn

STATION, POINT = "02:aa:00:00:00:01", "02:00:00:00:00:00"


def pcap(*frames: bytes, link: int = 127) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    return head + b"".join(struct.pack("<IIII", 1, n, len(one), len(one)) + one for n, one in enumerate(frames))


def test_request_is_read_as_it_was_made():
    request = craft.association(STATION, POINT, "sanso-lg", Suites(akm=2, pairwise=2, capabilities=0x80))
    (frame,) = read_capture(pcap(request)).frames
    assert (frame.kind, frame.transmitter, frame.receiver, frame.ssid) == (
        "association-request", STATION, POINT, "sanso-lg",
    )  # fmt: skip
    assert frame.rsn is not None
    assert (frame.rsn.akm, frame.rsn.pairwise, frame.rsn.group) == (("PSK",), ("TKIP",), "CCMP-128")
    assert (frame.rsn.mfp_required, frame.rsn.mfp_capable) == (False, True)


def test_farewell_has_its_reason():
    (frame,) = read_capture(pcap(craft.deauthentication(STATION, POINT, POINT, 7))).frames
    assert (frame.kind, frame.reason, frame.protected) == ("deauthentication", 7, False)


def test_forged_channel_switch_is_a_beacon_of_that_network():
    packet = craft.channel_switch(POINT, "sanso-lg", Suites(akm=5), 6, 11, b"mark")
    (frame,) = read_capture(pcap(packet), [b"mark", bytes([37, 3, 1, 11, 1])]).frames
    assert (frame.kind, frame.bssid, frame.ssid, frame.needles) == ("beacon", POINT, "sanso-lg", (1, 1))
    assert frame.rsn is not None
    (frame,) = read_capture(pcap(craft.channel_switch(POINT, "open", None, 6, 11, b"mark"))).frames
    assert frame.rsn is None


def test_disassociation_has_its_reason():
    (frame,) = read_capture(pcap(craft.disassociation(STATION, POINT, POINT, 7))).frames
    assert (frame.kind, frame.reason, frame.receiver) == ("disassociation", 7, STATION)


def test_needles_are_counted_and_cut_frames_left_out():
    data = b"\x00\x00\x08\x00\x00\x00\x00\x00" + b"\x08\x42" + bytes(22) + b"needle-needle"
    capture = read_capture(pcap(data, b"\x00\x00"), [b"needle", b"other"])
    assert (capture.readable(0), capture.readable(1)) == (2, 0)
    assert [frame.kind for frame in capture.frames] == ["data"]
    assert capture.frames[0].protected


def test_a_protected_farewell_tells_no_reason():
    raw = bytearray(craft.deauthentication(STATION, POINT, POINT, 7))
    raw[9] |= 0x40
    (frame,) = read_capture(pcap(bytes(raw))).frames
    assert (frame.protected, frame.reason) == (True, None)


@pytest.mark.parametrize("raw", [b"", b"no capture at all, but long enough to have a header"])
def test_what_is_no_capture_is_said(raw):
    with pytest.raises(LabError, match="no pcap file"):
        read_capture(raw)


def test_another_link_type_is_said():
    with pytest.raises(LabError, match="link type 1"):
        read_capture(pcap(link=1))


def test_short_rsn_element_has_the_standards_defaults():
    rsn = read_rsn(b"\x01\x00")
    assert (rsn.group, rsn.pairwise, rsn.akm, rsn.mfp_capable) == ("CCMP-128", ("CCMP-128",), ("802.1X",), False)


def test_rsn_element_with_everything():
    rsn = read_rsn(write_rsn(Suites(akm=12, pairwise=9, group=9, group_management=12, capabilities=0xC0))[2:])
    assert (rsn.akm, rsn.group, rsn.group_management) == (("SUITE-B-192",), "GCMP-256", "BIP-GMAC-256")
    assert rsn.mfp_required


def test_element_that_was_cut_ends_the_list():
    assert list(elements(b"\x00\x02ab\x30\x10x")) == [(0, b"ab")]
