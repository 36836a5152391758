"""Servers that answer for each other, access that ends with its grounds, records, and conditions: good and bad observations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lab.record import State
from lab.verdict.access_records import Event, found, recorded, reviewed_lately
from lab.verdict.conditions import conditions_hold, leads_elsewhere, no_radio, takes_no_class
from lab.verdict.kept import Cut, asked_anew, cut_off, ends_in_time, granted_in_time
from lab.verdict.servers import Outage, closed, taken_over

LET_IN = (
    "2026-11-26T13:14:33.311450+00:00 radius radiusd[424] let in: identity=sta-lg@sanso.test serial=1e8e class=lg nas=ap "
    "station=02-DF-A9-E8-32-2C ap=02-00-00-00-00-00:sanso-lg segment=lg"
)
WHOLE = {"serial": "1e8e", "station": "02-df-a9-e8-32-2c", "ap": "02-00-00-00-00-00:sanso-lg", "segment": "lg"}
OUT = Outage("sta-lg", ("radius", "radius-2"), tried=True, connected=False, arrived=False, back=True, arrived_back=True)
CUT = Cut(
    "sta-lg", before=True, ended=True, after=False, back=False, said=("... certificate revoked ...",), restored=True
)
NOW = datetime(2026, 11, 26, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("connected", "said", "state"),
    [(True, [LET_IN], State.PASS), (False, [], State.FAIL), (True, [], State.ERROR)],
)
def test_second_server_has_to_say_that_it_let_the_station_in(connected, said, state):
    assert taken_over("sta-lg", "radius", "radius-2", connected=connected, said=said).state is state


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, State.PASS),
        ({"connected": True}, State.FAIL),
        ({"arrived": True}, State.FAIL),
        ({"asked": ("radius",)}, State.ERROR),
        ({"tried": False}, State.ERROR),
        ({"back": False}, State.ERROR),
        ({"arrived_back": False}, State.ERROR),
    ],
)
def test_network_stays_closed_without_a_server(change, state):
    assert closed(replace(OUT, **change), ["radius", "radius-2"]).state is state


@pytest.mark.parametrize(
    ("kept", "log", "said", "state"),
    [
        (True, "CTRL-EVENT-EAP-SUCCESS", [LET_IN], State.PASS),
        (True, "CTRL-EVENT-CONNECTED", [], State.FAIL),
        (False, "CTRL-EVENT-EAP-SUCCESS", [LET_IN], State.ERROR),
        (True, "CTRL-EVENT-EAP-SUCCESS", [], State.ERROR),
    ],
)
def test_who_comes_back_is_asked_anew(kept, log, said, state):
    assert asked_anew("sta-lg", kept=kept, log=log, said=said).state is state


@pytest.mark.parametrize(
    ("enabled", "seconds", "state"),
    [
        (True, 3600, State.PASS),
        (True, 7200, State.FAIL),
        (False, 3600, State.FAIL),
        (True, 0, State.FAIL),
        (True, None, State.ERROR),
    ],
)
def test_session_has_an_end(enabled, seconds, state):
    assert ends_in_time("sta-lg", enabled=enabled, seconds=seconds).state is state


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, State.PASS),
        ({"after": True}, State.FAIL),
        ({"back": True}, State.FAIL),
        ({"before": False}, State.ERROR),
        ({"restored": False}, State.ERROR),
        ({"ended": False}, State.ERROR),
        ({"said": ("Login incorrect",)}, State.ERROR),
    ],
)
def test_revoked_session_is_cut(change, state):
    assert cut_off(replace(CUT, **change)).state is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (LET_IN, State.PASS),
        (LET_IN.replace("serial=1e8e ", ""), State.FAIL),
        (LET_IN.replace("serial=1e8e", "serial="), State.FAIL),
        (LET_IN.replace("segment=lg", "segment=mn"), State.FAIL),
        (LET_IN.replace("let in:", "refused:"), State.FAIL),
    ],
)
def test_line_says_all_of_it(line, state):
    assert recorded(Event("sta-lg is let in", "sta-lg の接続許可", "let in:", WHOLE), [line]).state is state


def test_review_is_recent_and_reads_something():
    record = {
        "by": "service",
        "from": "2026-11-25T12:00:00+00:00",
        "to": "2026-11-26T12:00:00+00:00",
        "servers": ["radius"],
    }
    assert reviewed_lately([record], NOW).state is State.PASS
    assert reviewed_lately([record], NOW + timedelta(days=2)).state is State.FAIL
    assert reviewed_lately([record | {"servers": []}], NOW).state is State.FAIL
    assert reviewed_lately([record | {"by": "hand"}], NOW).state is State.FAIL


def test_review_names_what_was_planted_and_did_not_before():
    told = {"findings": [{"rule": "one certificate on several stations", "stations": ["02-AA"]}]}
    assert found("a copy", "複製", "02-AA", {"findings": []}, told).state is State.PASS
    assert found("a copy", "複製", "02-BB", {"findings": []}, told).state is State.FAIL
    assert found("a copy", "複製", "02-AA", told, told).state is State.ERROR


def test_radio_is_told_where_there_is_one():
    assert no_radio("mn-app", [], elsewhere=["ap-lg"]).state is State.PASS
    assert no_radio("mn-app", ["wlan0"], elsewhere=["ap-lg"]).state is State.FAIL
    assert no_radio("mn-app", [], elsewhere=[]).state is State.ERROR


@pytest.mark.parametrize(
    ("ports", "state"),
    [
        ({"radio.lg/from", "lg-app.lg/to"}, State.PASS),
        ({"radio.lg/from", "mn-app.mn/to"}, State.FAIL),
        (set(), State.ERROR),
    ],
)
def test_way_of_a_network_ends_before_my_number(ports, state):
    assert leads_elsewhere("sanso-lg", "sta-lg", ports, "radio.lg/from", {"mn"}).state is state


def test_class_is_taken_on_no_network():
    assert takes_no_class("radius", [("sanso-lg", "lg")], "mn").state is State.PASS
    assert takes_no_class("radius", [("sanso-lg", "lg"), ("sanso-lg", "mn")], "mn").state is State.FAIL
    assert takes_no_class("radius", [], "mn").state is State.ERROR


@pytest.mark.parametrize(
    ("states", "tested", "state"),
    [
        ({"WLAN-01": State.PASS, "WLAN-09": State.PASS}, {"WLAN-01", "WLAN-09"}, State.PASS),
        ({"WLAN-01": State.PASS, "WLAN-09": State.FAIL}, {"WLAN-01", "WLAN-09"}, State.FAIL),
        ({"WLAN-01": State.PASS, "WLAN-09": State.WAIVED}, {"WLAN-01", "WLAN-09"}, State.FAIL),
        ({"WLAN-01": State.PASS}, {"WLAN-01", "WLAN-09"}, State.ERROR),
        ({"WLAN-01": State.PASS, "WLAN-09": State.ERROR}, {"WLAN-01", "WLAN-09"}, State.ERROR),
        ({"WLAN-01": State.PASS}, {"WLAN-01"}, State.NOT_TESTABLE),
    ],
)
def test_permitted_only_if_every_condition_holds(states, tested, state):
    judged = conditions_hold("sanso-mn", ["WLAN-01", "WLAN-09"], states, tested)
    assert judged.state is state
    assert "WLAN-09" in judged.message_en


@pytest.mark.parametrize(
    ("let_in", "seconds", "state"),
    [
        (True, 3600, State.PASS),
        (True, 3601, State.FAIL),
        (True, 0, State.FAIL),
        (True, None, State.ERROR),
        (False, 3600, State.ERROR),
    ],
)
def test_server_grants_an_hour_at_the_most(let_in, seconds, state):
    assert granted_in_time("sta-lg", "radius-2", let_in=let_in, seconds=seconds).state is state
