"""Allowed flows judged by the real application's answer and the way that the packet took."""

from pathlib import Path
from runpy import run_path

import pytest

from lab.plan import route
from lab.record import Application, State, TraceStep, Warrant
from lab.verdict import allowed

case = run_path(str(Path(__file__).parent / "recordings.py"))["case"]


@pytest.fixture
def expected(plan):
    attempt = case("allowed").seen.attempt
    return route(plan, attempt.source, attempt.destination, attempt.family)


def exchange(**change):
    seen = case("allowed").seen
    detail = {"tls": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "status": 200}
    return Application(
        **{"id": "app-1", "attempt": seen.attempt, "ok": True, "detail": detail, "sightings": seen.sightings,
           "trace": seen.trace, **change},
    )  # fmt: skip


def test_answered_over_the_planned_way(expected):
    judgement = allowed(exchange(), expected=expected)
    assert (judgement.state, judgement.warrant) == (State.PASS, Warrant.WITNESSED)
    assert "TLSv1.3" in judgement.message_en


def test_a_clocks_answer_says_what_its_number_is(expected):
    judgement = allowed(exchange(detail={"stratum": 8}), expected=expected)
    assert "answered (stratum 8)" in judgement.message_en
    assert "応答しました（stratum 8）" in judgement.message_ja


def test_open_port_alone_is_no_answer(expected):
    judgement = allowed(exchange(ok=False, detail={"error": "TLS: wrong version number"}), expected=expected)
    assert judgement.state is State.FAIL
    assert "wrong version number" in judgement.message_en


def test_stopped_by_a_rule_names_it(expected):
    drop = TraceStep(device="fw-mn", table="inet sanso", chain="forward", kind="rule", rule="log drop", verdict="drop")
    judgement = allowed(exchange(ok=False, detail={"error": "no connection"}, trace=(drop,)), expected=expected)
    assert judgement.state is State.FAIL
    assert "fw-mn stopped it: log drop" in judgement.message_en


@pytest.mark.parametrize("cut", [slice(0, 3), slice(1, 4)])
def test_another_way_is_a_fail(expected, cut):
    judgement = allowed(exchange(sightings=exchange().sightings[cut]), expected=expected)
    assert judgement.state is State.FAIL
    assert "another way" in judgement.message_en


def test_detour_is_a_fail(expected):
    sightings = exchange().sightings
    detour = sightings[1].model_copy(update={"port": "fw-lg.x-ml", "direction": "from"})
    judgement = allowed(exchange(sightings=(*sightings[:2], detour, *sightings[2:])), expected=expected)
    assert judgement.state is State.FAIL


def test_copy_that_a_bridge_floods_is_no_other_way(expected):
    sightings = exchange().sightings
    copy = sightings[1].model_copy(update={"port": "mn-term.mn"})
    assert allowed(exchange(sightings=(sightings[0], copy, *sightings[1:])), expected=expected).state is State.PASS


def test_never_sent_is_an_error(expected):
    judgement = allowed(
        exchange(ok=False, detail={"error": "no connection: unreachable: no route"}, sightings=(), trace=()),
        expected=expected,
    )
    assert judgement.state is State.ERROR


def test_trouble_is_an_error(expected):
    assert allowed(exchange(trouble=("the tap lost 1 frames",)), expected=expected).state is State.ERROR
