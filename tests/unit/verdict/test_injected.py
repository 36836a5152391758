"""Forged frames: the station stays, the client without protection goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.injected import Injected, stays_in

SEEN = Injected(
    "sta-lg", "disassociation", "アソシエーション解除", 60, "", "COMPLETED",
    answered=True, control_frames=60, control_fell=True,
)  # fmt: skip


def test_station_that_stays_passes():
    assert stays_in(SEEN).state is State.PASS


@pytest.mark.parametrize(
    "change",
    [
        {"events": "1.0: wlan: CTRL-EVENT-DISCONNECTED bssid=02:00:00:00:00:00 reason=7"},
        {"events": "1.0: wlan: CTRL-EVENT-STARTED-CHANNEL-SWITCH freq=2462"},
        {"state": "SCANNING"},
        {"answered": False},
    ],
)
def test_station_that_goes_fails(change):
    assert stays_in(replace(SEEN, control_fell=False, **change)).state is State.FAIL


@pytest.mark.parametrize("change", [{"frames": 0}, {"control_frames": 0}, {"control_fell": False}])
def test_attack_that_does_nothing_anywhere_shows_nothing(change):
    assert stays_in(replace(SEEN, **change)).state is State.ERROR
