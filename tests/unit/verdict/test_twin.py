"""Stations that met an evil twin, and stations of one network: from recorded logs and answers."""

from __future__ import annotations

import pytest

from lab.record import State
from lab.verdict.isolation import Neighbours, apart
from lab.verdict.twin import Met, verifies

JOINED = "1.0: wlan: CTRL-EVENT-CONNECTED - Connection to 02:88:00:00:00:01 completed"
REFUSED = (
    "1.0: wlan: CTRL-EVENT-EAP-TLS-CERT-ERROR reason=10 depth=0 subject='/CN=lg-app.lg.sanso.test' err='Domain mismatch'\n"
    "1.1: wlan: CTRL-EVENT-EAP-FAILURE EAP authentication failed"
)
SILENT = "1.0: wlan: CTRL-EVENT-EAP-STARTED EAP authentication started"


@pytest.mark.parametrize(
    ("careful", "careless", "state"),
    [
        (REFUSED, JOINED, State.PASS),
        (JOINED, JOINED, State.FAIL),
        (JOINED, SILENT, State.FAIL),
        (REFUSED, SILENT, State.ERROR),
        (SILENT, JOINED, State.ERROR),
        ("", JOINED, State.ERROR),
    ],
)
def test_station_must_say_itself_why_it_went_away(careful, careless, state):
    assert verifies(Met("sta-lg", "a certificate of nobody", "自己署名証明書", careful, careless)).state is state


@pytest.mark.parametrize(
    ("answered", "served", "answering", "state"),
    [
        ((), ("sta-lg", "sta-rogue"), ("sta-lg", "sta-rogue"), State.PASS),
        (("sta-lg -> sta-rogue",), ("sta-lg", "sta-rogue"), ("sta-lg", "sta-rogue"), State.FAIL),
        ((), ("sta-lg",), ("sta-lg", "sta-rogue"), State.ERROR),
        ((), (), (), State.ERROR),
        ((), ("sta-lg", "sta-rogue"), ("sta-rogue",), State.ERROR),  # it answers nobody
    ],
)
def test_silence_between_stations_counts_only_while_both_are_served_and_answer(answered, served, answering, state):
    asked = ("sta-lg -> sta-rogue", "sta-rogue -> sta-lg")
    seen = Neighbours("sta-lg", "sta-rogue", answered, asked, served, answering)
    assert apart(seen).state is state
