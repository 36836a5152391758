"""Packets that a VPN client seals by hand: recorded ends, good and bad."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.inner import Sealed, stays_out

DAEMON = "[ESP] discarding inbound IP packet 10.99.0.66[61001] == 10.60.0.10[3389] [6] due to policy"
BORDER = "sanso deny forward IN=ipsec0 OUT=vpnz SRC=10.99.0.66 DST=10.60.0.10 SPT=61001"
SPOOFED = Sealed("as another", "詐称", spoofed=True, seen=(), daemon=DAEMON, border="")
NEIGHBOUR = Sealed("to a neighbour", "隣へ", spoofed=False, seen=(), daemon="", border=BORDER)


@pytest.mark.parametrize("sealed", [SPOOFED, NEIGHBOUR])
def test_what_was_dropped_and_told_passes(sealed):
    assert stays_out(sealed, arrived=True).state is State.PASS


@pytest.mark.parametrize(
    ("sealed", "said"),
    [
        (replace(SPOOFED, seen=("vpn-gw.vpnz/from",)), "sent it on, seen at vpn-gw.vpnz/from"),
        (replace(SPOOFED, daemon="", border=BORDER), "only the border's rules stopped it"),
        (replace(SPOOFED, daemon=""), "no word of its being dropped"),
        (replace(NEIGHBOUR, seen=("vpn-gw.internet/from",)), "sent it on"),
        (replace(NEIGHBOUR, border=""), "no word of its being dropped"),
    ],
)
def test_what_came_out_or_vanished_silently_is_a_finding(sealed, said):
    judged = stays_out(sealed, arrived=True)
    assert judged.state is State.FAIL
    assert said in judged.message_en


def test_without_the_allowed_one_nothing_is_shown():
    assert stays_out(SPOOFED, arrived=False).state is State.ERROR
    assert stays_out(replace(SPOOFED, seen=("vpn-gw.vpnz/from",)), arrived=False).state is State.FAIL
