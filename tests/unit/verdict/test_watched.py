"""Judgements of a sensor and of stations under a flood, from recorded good and bad observations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.watched import IN_TIME, Alarm, Flooded, Staged, noticed, stays

BEGAN = 1795699417.0
ALARM = Alarm("impostor-ap", 'ssid="sanso-lg" bssid=02:88:9f:c6:30:50 signal=-30dBm', BEGAN + 0.4)
STAGED = Staged("a twin", "なりすまし", frames=12, began=BEGAN, before=(), raised=(ALARM,))
FLOODED = Flooded(
    "sta-lg", 60, "<3>CTRL-EVENT-SIGNAL-CHANGE", "COMPLETED", answered=True, control_frames=60, control_fell=True
)


def test_alarm_in_time_passes_and_says_how_soon():
    judged = noticed(STAGED)
    assert judged.state is State.PASS
    assert "0.4 s after its first frame" in judged.message_en


@pytest.mark.parametrize(
    ("changes", "state", "said"),
    [
        ({"raised": ()}, State.FAIL, "no alarm came to the central log"),
        ({"raised": (replace(ALARM, at=BEGAN + IN_TIME + 1),)}, State.FAIL, "later than 10 s"),
        ({"before": (ALARM,)}, State.FAIL, "while nothing is wrong"),
        ({"raised": (replace(ALARM, at=BEGAN - 100), ALARM)}, State.FAIL, "while nothing is wrong"),
        ({"frames": 0}, State.ERROR, "not heard on the air"),
        ({"began": None}, State.ERROR, "not heard on the air"),
    ],
)
def test_what_shows_no_alarm_is_no_pass(changes, state, said):
    judged = noticed(replace(STAGED, **changes))
    assert judged.state is state
    assert said in judged.message_en


def test_station_that_stays_passes():
    assert stays(FLOODED).state is State.PASS


@pytest.mark.parametrize(
    ("changes", "state", "said"),
    [
        ({"events": "CTRL-EVENT-DISCONNECTED bssid=02:00:00:00:00:00 reason=7"}, State.FAIL, "threw sta-lg out"),
        ({"state": "SCANNING"}, State.FAIL, "SCANNING"),
        ({"answered": False}, State.FAIL, "threw sta-lg out"),
        ({"control_fell": False}, State.ERROR, "nothing is shown"),
        ({"control_frames": 0}, State.ERROR, "not heard on the air"),
        ({"frames": 0}, State.ERROR, "not heard on the air"),
    ],
)
def test_station_that_falls_or_a_flood_that_does_nothing_is_no_pass(changes, state, said):
    judged = stays(replace(FLOODED, **changes))
    assert judged.state is state
    assert said in judged.message_en
