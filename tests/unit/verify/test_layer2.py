"""Who speaks for a segment, what a control keeps apart from it, and what a second look may change."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.operate.up import plan_of
from lab.verdict.layer2 import Said
from lab.verify.ethernet import Frame
from lab.verify.layer2 import _judged, _leaked, _others, _short, standing
from lab.verify.planned import unregistered

SCENARIOS = Path(__file__).parents[3] / "scenarios"
WIRED = plan_of(SCENARIOS / "wired.yaml")


@pytest.mark.parametrize(
    ("segment", "speaker", "routers"),
    [("mn", "mn-app", {"fw-mn"}), ("internet", "www", {"isp", "guest-router"}), ("tc2", "relay", {"fw-mn"})],
)
def test_a_host_with_one_cable_speaks_if_there_is_one(segment, speaker, routers):
    found = standing(WIRED, segment)
    assert found.host.name == speaker
    assert {host.name for host, _ in found.routers} == routers


def test_a_segment_of_routers_alone_has_nobody_who_speaks():
    assert standing(WIRED, "x-ml") is None


def test_the_my_number_control_keeps_that_zone_apart_and_the_other_everything():
    assert _others(WIRED, "lg", "ZONE-01") == {one.name for one in WIRED.segments if WIRED.place(one.zone) == "mn"}
    assert "in" in _others(WIRED, "mn", "ZONE-01")
    assert _others(WIRED, "lg", "ZONE-05") == {one.name for one in WIRED.segments} - {"lg"}


FRAME, ASKED = Frame("broadcast", b"", b"x"), Frame("arp", b"", b"y", "mn-app", at="mn")
SAID = Said("a broadcast", "", frozenset({"lg-app.lg/from", "fw-lg.lg/to"}), ("fw-lg.lg",))


def test_where_nothing_is_kept_apart_nothing_is_judged():
    assert list(_judged(standing(WIRED, "lg"), [(FRAME, SAID)], set())) == []
    assert [what for what, _ in _judged(standing(WIRED, "lg"), [(ASKED, SAID)], {"tc2"})] == []


@pytest.mark.parametrize(
    ("frame", "places", "to", "short", "leaked"),
    [
        (FRAME, {"lg-app.lg/from", "fw-lg.lg/to"}, ("fw-lg.lg",), False, False),
        (FRAME, {"lg-app.lg/from"}, ("fw-lg.lg",), True, False),
        (FRAME, {"fw-lg.lg/to", "fw-lg.x-ml/from"}, ("fw-lg.lg",), False, True),
        (ASKED, set(), (), False, False),
        (ASKED, {"fw-lg.lg/from"}, (), False, True),
        (Frame("arp", b"", b"y", "fw-lg's own"), set(), (), True, False),
    ],
)
def test_a_second_look_is_taken_where_frames_were_lost_and_takes_no_leak_away(frame, places, to, short, leaked):
    one = frame, Said("", "", frozenset(places), to)
    assert (_short(one), _leaked(one)) == (short, leaked)


def test_hosts_that_are_not_registered_for_a_proxy_are_known():
    entry = next(flow for flow in WIRED.allowed if flow.application == "http-proxy")
    assert {wish.source for wish in unregistered(WIRED, entry)} == {"in-app", "in-dns"}
