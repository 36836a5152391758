"""Frames made by hand have the forms of their standards, and a needle that finds them or their answer."""

from __future__ import annotations

from ipaddress import ip_address, ip_interface

import pytest

from lab.plan import Leg
from lab.probe.agent import headers
from lab.verify.ethernet import WORDS, Speaker

MAC, ROUTER = "02:00:00:00:00:0a", "02:00:00:00:00:01"
LEG = Leg(segment="mn", mac=MAC, addresses=(ip_interface("10.10.0.10/24"), ip_interface("fd00:10::10/64")))
SPEAKER = Speaker(LEG, {"fw-mn": ROUTER})
AWAY = (ip_address("10.20.0.10"), ip_address("fd00:20::10"))


def packed(mac):
    return bytes.fromhex(mac.replace(":", ""))


def test_every_kind_is_made_comes_from_its_host_and_has_its_needle_once():
    frames = [*SPEAKER.everything(AWAY), *SPEAKER.to_network("lg", ip_address("10.20.0.255"))]
    assert {frame.kind for frame in frames} == set(WORDS)
    for frame in frames:
        assert frame.raw[6:12] == packed(MAC)
        assert frame.raw.count(frame.needle) == 1
        assert len(frame.raw) >= 60
    assert len({frame.needle for frame in frames}) == len(frames)


@pytest.mark.parametrize(("kind", "tags"), [("tagged", "8100000a"), ("tagged-twice", "88a8000a8100000a")])
def test_tags_stand_in_front_of_the_type(kind, tags):
    for frame in SPEAKER.everything(AWAY):
        if frame.kind == kind:
            assert frame.raw[12:].hex().startswith(tags)
            assert frame.raw[12 + len(tags) // 2 :][:2].hex() in {"0800", "86dd", "88b5"}


def test_what_is_for_a_router_has_its_card_and_what_is_for_a_group_the_groups():
    for frame in SPEAKER.everything(AWAY):
        if frame.router:
            assert frame.raw[:6] == packed(ROUTER)
    groups = {frame.raw[:6].hex() for frame in SPEAKER.everything(AWAY) if frame.kind.startswith("multicast")}
    assert groups == {"01005e0000fb", "01005e7f0001", "3333000000fb", "333300010003"}


def test_arp_is_asked_of_everybody_and_of_the_router_and_its_answer_is_found():
    everybody, router = SPEAKER.asking("lg-app", ip_address("10.20.0.10"))
    assert (everybody.raw[:6].hex(), router.raw[:6]) == ("f" * 12, packed(ROUTER))
    assert everybody.raw[14:22].hex() == "0001080006040001"
    answer = packed(ROUTER) + ip_address("10.20.0.10").packed + packed(MAC) + ip_address("10.10.0.10").packed
    assert everybody.needle in answer
    assert everybody.needle not in everybody.raw


def test_neighbours_are_solicited_as_rfc_4861_wants_it():
    everybody, router = SPEAKER.asking("lg-app", ip_address("fd00:20::10"))
    assert (everybody.raw[:6].hex(), router.raw[:6]) == ("3333ff000010", packed(ROUTER))
    packet = everybody.raw[14:]
    assert (packet[6], packet[7], packet[40]) == (58, 255, 135)
    between = headers.Ends(packet[8:24], packet[24:40], 0, 0)
    assert headers.icmp(between, 135, 0, packet[44:48], packet[48:]) == packet[40:]
    assert ip_address("fd00:20::10").packed + b"\x02\x01" == everybody.needle
    assert everybody.needle not in everybody.raw


def test_a_family_that_it_does_not_speak_is_left_out():
    four = Speaker(LEG.model_copy(update={"addresses": LEG.addresses[:1]}), {"fw-mn": ROUTER})
    assert list(four.asking("x", ip_address("fd00:20::10"))) == []
    assert all(frame.raw[12:14].hex() != "86dd" for frame in four.everything(AWAY))
    six = Speaker(LEG.model_copy(update={"addresses": LEG.addresses[1:]}), {"fw-mn": ROUTER})
    assert list(six.to_network("lg", ip_address("10.20.0.255"))) == []
