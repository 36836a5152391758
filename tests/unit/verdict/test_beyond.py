"""A station's packets: held at the first router, with that router alive, or there is no verdict."""

from __future__ import annotations

import pytest

from lab.record import State
from lab.verdict.beyond import Allowed, Sent, arrives, ends_at_the_border

ENTRY, DOOR = "radio.lg/from", "fw-lg.lg/to"
CONTROL = ["ipv4 tcp/6514 lg-app -> log"]


def sent(*places, what="ipv4 tcp/443 sta-lg -> mn-app", **more):
    return Sent(what, frozenset(places), ENTRY, DOOR, **more)


def judged(*packets, alive=CONTROL, dead=()):
    return ends_at_the_border(packets, alive=alive, dead=dead)


def test_packets_that_end_at_the_router_pass():
    judgement = judged(sent(ENTRY, DOOR), sent(ENTRY, DOOR))
    assert judgement.state is State.PASS
    assert "2 packets" in judgement.message_en
    assert CONTROL[0] in judgement.message_en


def test_packet_in_another_segment_fails_by_name_even_if_the_lab_is_half_dead():
    judgement = judged(sent(ENTRY, DOOR, "fw-lg.x-ml/from"), sent(), alive=[])
    assert judgement.state is State.FAIL
    assert "ipv4 tcp/443 sta-lg -> mn-app (fw-lg.x-ml/from)" in judgement.message_en


@pytest.mark.parametrize(
    ("packets", "more"),
    [
        pytest.param([sent()], {}, id="lost on the air"),
        pytest.param([sent(ENTRY)], {}, id="never in front of the router"),
        pytest.param([sent(ENTRY, DOOR)], {"alive": []}, id="no control flow"),
        pytest.param([sent(ENTRY, DOOR)], {"dead": CONTROL}, id="a control flow that did not get through"),
    ],
)
def test_silence_alone_is_no_verdict(packets, more):
    assert judged(*packets, **more).state is State.ERROR


def test_visitor_may_go_astray_outside_and_nowhere_else():
    outside = frozenset({"internet"})
    assert judged(sent(ENTRY, DOOR, "guest-router.internet/from", outside=outside)).state is State.PASS
    assert judged(sent(ENTRY, DOOR, "fw-in.x-ii/from", outside=outside)).state is State.FAIL


TARGET = "www.internet/to"


def allowed(*places, answered=None):
    return Allowed("ipv4 tcp/443 sta-guest -> www", frozenset(places), ENTRY, TARGET, answered)


@pytest.mark.parametrize(
    ("packets", "state"),
    [
        pytest.param([allowed(ENTRY, TARGET), allowed(ENTRY, TARGET, answered=True)], State.PASS, id="arrived"),
        pytest.param([allowed(ENTRY, DOOR)], State.FAIL, id="stopped on the way"),
        pytest.param([allowed(ENTRY, TARGET, answered=False)], State.FAIL, id="no answer"),
        pytest.param([allowed()], State.ERROR, id="lost on the air"),
        pytest.param([allowed(), allowed(ENTRY, TARGET)], State.ERROR, id="one of them lost on the air"),
        pytest.param([], State.ERROR, id="nothing sent"),
    ],
)
def test_what_is_allowed_arrives_or_is_named(packets, state):
    judgement = arrives(packets)
    assert judgement.state is state
    assert not packets or packets[0].what in judgement.message_en
