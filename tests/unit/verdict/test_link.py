"""What a terminal's own link carries, frame by frame."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.link import Carried, tunnel_alone

ESP = "udp 203.0.113.40:4500"
GOOD = Carried(
    terminal="tele-term", link="home", frames={ESP: 90, "arp": 1, "udp 255.255.255.255:67": 1, "udp 192.168.1.1:67": 1},
    tunnel={ESP, "udp 203.0.113.40:500"}, others={"udp 192.168.1.1:67"}, tried=1000, inside=True, outside=(), readable=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("more", "state", "said"),
    [
        ({}, State.PASS, "90 × udp 203.0.113.40:4500"),
        ({"inside": None}, State.PASS, "1000 tried"),
        ({"frames": {ESP: 90, "udp 224.0.0.251:5353": 2}}, State.FAIL, "2 × udp 224.0.0.251:5353"),
        ({"frames": {ESP: 90, "icmpv6 128": 1}}, State.FAIL, "icmpv6 128"),
        ({"frames": {ESP: 90, "ethertype 0x88cc": 1}}, State.FAIL, "0x88cc"),
        ({"frames": {ESP: 90, "short": 1}}, State.FAIL, "short"),
        ({"outside": {"home-router.wan"}, "readable": False}, State.FAIL, "home-router.wan"),
        ({"readable": False}, State.ERROR, "shows nothing"),
        ({"inside": False}, State.ERROR, "nothing is shown"),
        ({"tried": 0}, State.ERROR, "nothing is shown"),
        ({"frames": {ESP: 3}}, State.ERROR, "nothing is shown"),
        ({"frames": {}}, State.ERROR, "nothing is shown"),
    ],
)
def test_every_frame_is_of_the_tunnel_or_gets_an_address(more, state, said):
    judged = tunnel_alone(replace(GOOD, **more))
    assert judged.state is state
    assert said in judged.message_en
