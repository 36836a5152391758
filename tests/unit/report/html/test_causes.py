"""What went wrong, by cause; a packet's way; the packed list."""

import pytest

from lab.plan import Family, Protocol
from lab.record import Attempt, State, Train
from lab.record.train import Place
from lab.report.html.causes import causes
from lab.report.html.payload import STATES, messages, shared
from lab.report.html.sample import EXHIBITS, PER_CAUSE, passed, show, wrong
from lab.report.html.way import Port, Rule, segments, way


def test_packets_that_one_rule_let_through_have_one_cause(observation, verdict):
    seen = {f"obs-{n}": observation(n, rule="accept") for n in range(7)}
    failed = [verdict(State.FAIL, control, observations=(name,)) for name in seen for control in ("ZONE-01", "ZONE-07")]
    (cause,) = causes(failed, seen)
    assert (cause.device, cause.chain, cause.rule) == ("fw-mn", "inet sanso forward", "accept")
    assert cause.controls == ("ZONE-01", "ZONE-07")
    (shown,) = wrong(failed, seen)
    assert (len(shown.shown), shown.more) == (PER_CAUSE, 14 - PER_CAUSE)


def test_another_device_is_another_cause(observation, verdict):
    seen = {"obs-1": observation(rule="accept")}
    here = verdict(State.FAIL, subject="ipv4 tcp/443 lg-term -> mn-app at fw-lg")
    assert causes([here], seen)[0].rule == "to mn"


def test_a_policy_that_accepts_is_named_as_such(observation, verdict):
    step = observation().trace[-1].model_copy(update={"kind": "policy", "rule": "", "verdict": "accept"})
    assert (
        causes([verdict(State.FAIL)], {"obs-1": observation().model_copy(update={"trace": (step,)})})[0].rule
        == "policy"
    )


def test_what_no_packet_shows_is_grouped_by_its_test(verdict):
    (cause,) = causes([verdict(State.FAIL, observations=()), verdict(State.FAIL, observations=("gone",))], {})
    assert cause.test == "my number zone is cut from every other"
    assert len(cause.verdicts) == 2


def test_fails_come_before_errors_and_many_before_few(observation, verdict):
    seen = {"obs-1": observation(rule="accept")}
    made = [
        verdict(State.ERROR, test="t.py::test_c"),
        verdict(State.FAIL, test="t.py::test_a", observations=()),
        verdict(State.FAIL),
        verdict(State.FAIL),
        verdict(),
    ]
    assert [(one.state, one.rule, one.test) for one in causes(made, seen)] == [
        (State.FAIL, "accept", ""),
        (State.FAIL, "", "a"),
        (State.ERROR, "", "c"),
    ]


def test_the_way_is_in_order_and_rules_stand_where_they_decided(observation):
    steps = way(observation())
    assert [one.host if isinstance(one, Port) else (one.device, one.verdict) for one in steps] == [
        "lg-term",
        "fw-lg",
        ("fw-lg", "accept"),
        "fw-lg",
        "fw-mn",
        ("fw-mn", "drop"),
    ]
    assert [one.after_ns for one in steps if isinstance(one, Port)] == [0, 1500, 3000, 4500]
    assert steps[-1].ends
    assert segments(observation()) == ("lg", "x-ml")


def test_the_labs_own_trace_table_is_not_shown(observation):
    assert not any("probe" in one.chain for one in way(observation()) if isinstance(one, Rule))


def test_a_trace_without_sighting_is_kept(observation):
    assert [one.device for one in way(observation().model_copy(update={"sightings": ()}))] == ["fw-lg", "fw-mn"]


@pytest.fixture
def train():
    attempt = Attempt(
        source="juki-net",
        destination="in-term",
        address="10.30.0.20",
        family=Family.IPV4,
        protocol=Protocol.UDP,
        port=443,
    )
    places = (
        Place(port="fw-mn.juki-net", direction="to", at_us=(81, 900)),
        Place(port="juki-net.juki-net", direction="from", at_us=(3, 800)),
        Place(port="in-term.in", direction="to", at_us=()),
    )
    return Train(id="obs-9", attempt=attempt, carrier="udp", began_ns=0, source_port=1, places=places)


def test_of_a_train_the_way_of_its_first_packet_is_shown(train):
    assert [(one.host, one.after_ns) for one in way(train)] == [("juki-net", 3000), ("fw-mn", 81000)]


def test_samples_of_what_passed_are_of_different_tests(observation, verdict):
    made = [
        verdict(observations=(), test="t.py::test_a"),
        *[verdict(test="t.py::test_b")] * 5,
        verdict(test="t.py::test_c"),
    ]
    assert [one.test for one in passed(made, {"obs-1": observation()})] == ["b", "c"]


def test_the_packed_list_has_every_check_and_what_it_rests_on(observation, verdict, train):
    made = [verdict(), verdict(State.FAIL, observations=("obs-1", "obs-9", "gone"))]
    seen = {"obs-1": observation(), "obs-9": train, "obs-5": observation(5)}
    packed = shared(made, seen, {})
    text = packed["strings"]
    first, second = packed["checks"]
    assert [STATES[each[1]] for each in (first, second)] == [State.PASS, State.FAIL]
    assert (text[first[0]], text[first[3]], text[first[4]]) == (
        "ZONE-01",
        "my number zone is cut from every other",
        "lg-to-mn",
    )
    assert second[6] == [0, 1]
    assert [one[0] for one in packed["seen"]] == ["obs-1", "obs-9"]  # what no verdict rests on is left to the bundle
    assert text[packed["seen"][0][6]] == "none"
    assert messages(made, "ja") == ["既定拒否により遮断しました"] * 2


def test_of_very_many_observations_the_first_are_shown_and_the_rest_counted(observation, verdict):
    seen = {f"obs-{n}": observation(n) for n in range(256)}
    shown = show(verdict(observations=tuple(seen)), seen)
    assert [one.id for one in shown.exhibits] == [f"obs-{n}" for n in range(EXHIBITS)]
    assert shown.more == 256 - EXHIBITS


def test_a_packet_that_was_dropped_for_another_reason_was_let_through_by_no_rule(observation, verdict):
    (cause,) = causes([verdict(State.FAIL)], {"obs-1": observation()})
    assert cause.rule == ""
    assert cause.test
