"""What one station sends, at another: nothing of it, while a wired host is heard there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.isolation import Overheard, unheard

SENT, WIDE = ("IPv4 to its address", "ARP", "mDNS"), ("ARP", "mDNS")
WIRED = ("to its address", "to everybody")
SEEN = Overheard("sta-lg", "sta-rogue", SENT, WIDE, WIDE, (), WIRED, WIRED)


def test_nothing_heard_beside_a_wired_host_passes():
    assert unheard(SEEN).state is State.PASS


def test_one_kind_that_came_fails_by_name():
    judgement = unheard(replace(SEEN, heard=("mDNS",), crossed=()))
    assert judgement.state is State.FAIL
    assert "came to sta-rogue: mDNS" in judgement.message_en


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"crossed": ("ARP",)}, id="one was lost on the air"),
        pytest.param({"wide": (), "crossed": ()}, id="nothing was sent for more than one"),
        pytest.param({"control_heard": ("to its address",)}, id="the wired host's broadcast was not heard"),
        pytest.param({"control": (), "control_heard": ()}, id="no wired host spoke"),
    ],
)
def test_silence_alone_is_no_verdict(change):
    assert unheard(replace(SEEN, **change)).state is State.ERROR
