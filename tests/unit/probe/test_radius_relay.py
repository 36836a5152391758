"""Access-Accepts as a relay spoils them: one thing is wrong with each, and the right one is right."""

from __future__ import annotations

import secrets
import struct

import pytest

from lab.probe.agent.radius_relay import ACCEPT, HOW, answer
from lab.verify.radius_packet import answer as read

SECRET = b"a long shared secret of this lab"
ASKED = struct.pack("!BBH", 1, 7, 20) + secrets.token_bytes(16)
EAP_SUCCESS = bytes((79, 6, 3, 1, 0, 4))
PACKET = struct.pack("!BBH", ACCEPT, 7, 44) + bytes(16) + EAP_SUCCESS + bytes((80, 18)) + bytes(16)


def spoiled(how):
    return answer(PACKET, ASKED, SECRET, how)


def test_the_right_one_is_genuine():
    told = read(spoiled("right"), ASKED, SECRET)
    assert told is not None
    assert (told.code, told.genuine) == (ACCEPT, True)


@pytest.mark.parametrize("how", sorted(HOW.keys() - {"right"}))
def test_any_other_is_not(how):
    told = read(spoiled(how), ASKED, SECRET)
    assert told is not None
    assert (told.code, told.genuine) == (ACCEPT, False)


@pytest.mark.parametrize(("how", "count"), [("right", 1), ("absent", 0), ("wrong", 1), ("twice", 2)])
def test_what_else_is_in_it_stays(how, count):
    packet = spoiled(how)
    assert packet.count(EAP_SUCCESS) == 1
    assert packet[20:].count(bytes((80, 18))) == count
    assert int.from_bytes(packet[2:4], "big") == len(packet)
