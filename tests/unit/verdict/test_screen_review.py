"""The review of screen sessions: records as it leaves them, and what may be concluded from them (SCR-08)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lab.record import State
from lab.verdict.screen_review import (
    Planted,
    names_the_other_way,
    names_who_is_refused,
    reviewed_daily,
    takes_the_right_one,
)

NOW = datetime(2026, 11, 27, 20, tzinfo=UTC)
DAILY = {
    "by": "service",
    "from": (NOW - timedelta(days=1, hours=1)).isoformat(),
    "to": (NOW - timedelta(hours=1)).isoformat(),
    "gateways": ["screen-gw"],
    "desks": ["lg-desk"],
}
PLANTED = Planted("0A_0", "staff01", "tele-01@sanso.test", "10.20.0.30:53440", "sanso-1", 5)
SESSION = {"id": "0A_0", "account": "staff01", "terminal": "tele-01@sanso.test", "desk": "lg-desk"}
PAST = {"rule": "a login past the gateway", "from": "10.20.0.30:53440", "accounts": ["staff01"]}
AGAIN = {"rule": "refused again and again", "accounts": ["sanso-1"], "terminals": ["tele-01@sanso.test"], "times": 5}
RECORD = {"read": {"let in": 2}, "sessions": [SESSION], "findings": [PAST, AGAIN]}


@pytest.mark.parametrize(
    ("records", "running", "state"),
    [
        ([DAILY], True, State.PASS),
        ([DAILY | {"to": "2026-11-20T00:00:00+00:00", "from": "2026-11-19T00:00:00+00:00"}, DAILY], True, State.PASS),
        ([DAILY], False, State.FAIL),
        ([], True, State.FAIL),
        ([DAILY | {"by": "hand"}], True, State.FAIL),
        (
            [DAILY | {"to": (NOW - timedelta(hours=26)).isoformat(), "from": "2026-11-01T00:00:00+00:00"}],
            True,
            State.FAIL,
        ),
        ([DAILY | {"from": (NOW - timedelta(hours=2)).isoformat()}], True, State.FAIL),
        ([DAILY | {"desks": []}], True, State.FAIL),
        ([DAILY | {"gateways": ["scr-gw-mn"]}], True, State.FAIL),
    ],
)
def test_review_runs_by_itself_and_covers_the_desktop(records, running, state):
    assert reviewed_daily("lg-desk", "screen-gw", records, NOW, running=running).state is state


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (RECORD, State.PASS),
        (RECORD | {"sessions": []}, State.FAIL),
        (RECORD | {"sessions": [SESSION | {"terminal": ""}]}, State.FAIL),
        (RECORD | {"sessions": [SESSION | {"account": "staff02"}]}, State.FAIL),
        (RECORD | {"findings": [{"rule": "a session of more than 12 hours", "sessions": ["0A_0"]}]}, State.FAIL),
        ({}, State.FAIL),
    ],
)
def test_right_session_is_read_and_not_odd(record, state):
    assert takes_the_right_one("lg-desk", PLANTED, record).state is state


@pytest.mark.parametrize(
    ("findings", "past", "again"),
    [
        ([PAST, AGAIN], State.PASS, State.PASS),
        ([PAST], State.PASS, State.FAIL),
        ([AGAIN], State.FAIL, State.PASS),
        ([PAST | {"from": "10.20.0.30:1"}, AGAIN | {"accounts": ["sanso-2"]}], State.FAIL, State.FAIL),
        ([AGAIN | {"times": 4}], State.FAIL, State.FAIL),
        ([AGAIN | {"accounts": ["sanso-1", "staff01"], "times": 9}], State.FAIL, State.FAIL),
        ([AGAIN | {"terminals": ["10.60.0.10"]}], State.FAIL, State.FAIL),
        ([], State.FAIL, State.FAIL),
    ],
)
def test_planted_things_are_named(findings, past, again):
    record = RECORD | {"findings": findings}
    assert names_the_other_way("lg-desk", PLANTED, record).state is past
    assert names_who_is_refused("lg-desk", PLANTED, record).state is again


@pytest.mark.parametrize("sessions", [[], [SESSION | {"terminal": "-"}]])
def test_review_that_does_not_take_the_right_session_shows_nothing_of_the_others(sessions):
    record = RECORD | {"sessions": sessions}
    assert names_the_other_way("lg-desk", PLANTED, record).state is State.ERROR
    assert names_who_is_refused("lg-desk", PLANTED, record).state is State.ERROR
