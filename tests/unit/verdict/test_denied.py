"""Denials judged: recordings of good and bad cases, and recordings with one thing changed."""

from pathlib import Path
from runpy import run_path

import pytest

from lab.plan import Family
from lab.record import State, Warrant
from lab.verdict import Purpose, denied, device_closed
from lab.verdict.words import packet, packet_ja

case = run_path(str(Path(__file__).parent / "recordings.py"))["case"]


def judge(plan, name, *, change=None, control=None, ruleset=True, **more):
    recording = case(name)
    seen = recording.seen.model_copy(update=change or {})
    controls = recording.others if control is None else control
    rules = recording.ruleset if ruleset else None
    return denied(seen, controls, device=recording.device, plan=plan, ruleset=rules, **more)


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("denied-tcp", State.PASS, "default deny"),
        ("denied-udp", State.PASS, "default deny"),
        ("denied-icmp6", State.PASS, "default deny"),
        ("denied-intruder", State.PASS, "sent by an intruder on x-ml"),
        ("rejected", State.PASS, "it told the sender so"),
        ("policy-drop", State.PASS, "policy drop of inet sanso early"),
        ("zone-jump", State.PASS, "default deny"),
        ("stopped-before", State.NOT_TESTABLE, "was stopped by fw-lg before it reached fw-mn"),
        ("anti-spoofing", State.NOT_TESTABLE, "anti-spoofing"),
        ("wrong-mac", State.NOT_TESTABLE, "MAC binding"),
        ("vanished", State.NOT_TESTABLE, "outside the rules"),
        ("jump", State.PASS, "explicit deny"),
        ("limit-drop", State.NOT_TESTABLE, "rate, quota or full table"),
        ("hole", State.FAIL, "fw-mn.mn/from, mn-app.mn/to"),
        ("hole-refused", State.FAIL, "the answer was: refused"),
        ("hole-udp-unanswered", State.FAIL, "juki-net.juki-net/to"),
        ("masquerade", State.FAIL, "juki-net.juki-net/to"),
        ("redirect", State.FAIL, "answered (connected) though it was not seen behind fw-mn"),
        ("dead-control", State.ERROR, "silence proves nothing"),
    ],
)
def test_recordings(plan, name, state, words):
    judgement = judge(plan, name)
    assert judgement.state is state, judgement.message_en
    assert words in judgement.message_en
    assert (judgement.warrant is Warrant.WITNESSED) == (state in {State.PASS, State.FAIL})
    assert judgement.message_ja
    assert judgement.message_ja != judgement.message_en


def test_a_hole_names_its_rule_and_the_packet(plan):
    judgement, attempt = judge(plan, "hole"), case("hole").seen.attempt
    rule = "ip saddr 10.20.0.20 ip daddr 10.10.0.10 tcp dport 443 accept"
    assert packet(attempt) in judgement.message_en
    assert packet_ja(attempt) in judgement.message_ja
    assert rule in judgement.message_en
    assert rule in judgement.message_ja


def test_expected_purpose_makes_the_mac_drop_a_pass(plan):
    assert judge(plan, "wrong-mac", expect={Purpose.MAC_BINDING}).state is State.PASS
    assert judge(plan, "denied-tcp", expect={Purpose.MAC_BINDING}).state is State.NOT_TESTABLE


def test_trouble_is_an_error(plan):
    judgement = judge(plan, "denied-tcp", change={"trouble": ("the tap lost 3 frames",)})
    assert judgement.state is State.ERROR
    assert "the tap lost 3 frames" in judgement.message_en


def test_what_got_through_did_so_whatever_else_was_missed(plan):
    assert judge(plan, "hole", change={"trouble": ("the tap lost 3 frames",)}).state is State.FAIL


def test_troubled_control_is_no_control(plan):
    recording = case("denied-tcp")
    control = recording.others[0].model_copy(update={"trouble": ("the nftables trace of fw-lg ended",)})
    assert judge(plan, "denied-tcp", control=[control]).state is State.ERROR


def test_no_control_is_an_error(plan):
    judgement = judge(plan, "denied-tcp", control=[])
    assert judgement.state is State.ERROR
    assert "no control flow" in judgement.message_en


def test_control_of_another_hour_is_an_error(plan):
    control = case("denied-tcp").others[0]
    late = [seen.model_copy(update={"at_ns": seen.at_ns + 60 * 10**9}) for seen in control.sightings]
    judgement = judge(plan, "denied-tcp", control=[control.model_copy(update={"sightings": tuple(late)})])
    assert judgement.state is State.ERROR
    assert "same window" in judgement.message_en


def test_control_of_another_class_is_an_error_where_the_register_has_the_same(plan):
    six = case("denied-icmp6").others[0]
    four = case("denied-tcp").seen
    shift = four.sightings[0].at_ns - six.sightings[0].at_ns
    moved = tuple(seen.model_copy(update={"at_ns": seen.at_ns + shift}) for seen in six.sightings)
    judgement = judge(plan, "denied-tcp", control=[six.model_copy(update={"sightings": moved})])
    assert judgement.state is State.ERROR
    assert "class" in judgement.message_en


def without_question(recording):
    """The trace without what the prober's own rules asked connection tracking."""
    return {"trace": tuple(step for step in recording.seen.trace if "sanso_probe" not in step.table)}


def test_same_class_control_needs_no_question_to_connection_tracking(plan):
    assert judge(plan, "denied-tcp", change=without_question(case("denied-tcp"))).state is State.PASS


def test_without_such_a_control_the_packet_must_have_been_taken_for_new(plan):
    recording = case("denied-udp")
    judgement = judge(plan, "denied-udp", change=without_question(recording))
    assert judgement.state is State.NOT_TESTABLE
    assert "new flow" in judgement.message_en


@pytest.mark.parametrize("state", ["invalid", "established"])
def test_what_was_not_taken_for_new_is_not_testable(plan, state):
    trace = tuple(
        step.model_copy(update={"rule": f"ct state {state}"}) if step.chain == "state" else step
        for step in case("denied-tcp").seen.trace
    )
    assert judge(plan, "denied-tcp", change={"trace": trace}).state is State.NOT_TESTABLE


def ended_by(name, comment):
    """The recording, its last step replaced by the drop of another rule of the device."""
    recording = case(name)
    (rule,) = [rule for rule in recording.ruleset.rules() if rule.comment == comment and rule.chain == "forward"]
    last = recording.seen.trace[-1].model_copy(update={"handle": rule.handle, "rule": rule.text})
    return {"trace": (*recording.seen.trace[:-1], last)}


def test_dropped_as_invalid_is_not_testable(plan):
    judgement = judge(plan, "denied-tcp", change=ended_by("denied-tcp", "invalid"))
    assert judgement.state is State.NOT_TESTABLE
    assert "invalid state" in judgement.message_en


def test_rule_found_by_text_alone(plan):
    trace = tuple(step.model_copy(update={"handle": None}) for step in case("denied-tcp").seen.trace)
    assert judge(plan, "denied-tcp", change={"trace": trace}).state is State.PASS


@pytest.mark.parametrize(
    ("change", "ja"),
    [
        ({"handle": 999}, "検査中に fw-lg のルールが変わりました"),
        ({"rule": "something else drop"}, "は追跡では 'something else drop'、読出しでは "),
        ({"chain": "gone"}, "inet sanso にチェーン gone がない"),
    ],
)
def test_rules_that_changed_meanwhile_are_an_error(plan, change, ja):
    trace = case("denied-tcp").seen.trace
    judgement = judge(plan, "denied-tcp", change={"trace": (*trace[:-1], trace[-1].model_copy(update=change))})
    assert judgement.state is State.ERROR
    assert "changed between probe and readback" in judgement.message_en
    assert ja in judgement.message_ja


def test_silent_trace_is_an_error(plan):
    judgement = judge(plan, "denied-tcp", change={"trace": ()})
    assert judgement.state is State.ERROR


def test_never_sent_is_an_error(plan):
    judgement = judge(plan, "denied-tcp", change={"sent_at_ns": None, "sightings": (), "trace": ()})
    assert judgement.state is State.ERROR
    assert "never seen leaving" in judgement.message_en


def test_own_firewall_that_refuses_is_an_error(plan):
    answer = "error: the source's own firewall refused to send"
    change = {"sent_at_ns": None, "sightings": (), "trace": (), "answer": answer}
    assert judge(plan, "denied-tcp", change=change).state is State.ERROR


NO_ROUTE = {"sent_at_ns": None, "sightings": (), "trace": (), "answer": "unreachable: no route"}


def test_no_route_says_so_in_weaker_words(plan):
    """The plan gives the source no way either (the store has no default route): its kernel is what stops it."""
    recording = case("denied-tcp")
    attempt = recording.seen.attempt.model_copy(update={"source": "log", "address": "192.0.2.1"})
    seen = recording.seen.model_copy(update={**NO_ROUTE, "attempt": attempt})
    judgement = denied(seen, recording.others, device="fw-lg", plan=plan, ruleset=recording.ruleset)
    assert (judgement.state, judgement.warrant) == (State.PASS, Warrant.INSPECTED)
    assert "nothing about any firewall" in judgement.message_en


def test_host_that_lost_its_route_is_an_error(plan):
    """The plan gives the source a route: a packet that could not be sent tested nothing."""
    judgement = judge(plan, "denied-tcp", change=NO_ROUTE)
    assert judgement.state is State.ERROR
    assert "not whole" in judgement.message_en


def test_lost_on_the_way_is_an_error(plan):
    seen = case("denied-tcp").seen
    judgement = judge(plan, "denied-tcp", change={"sightings": seen.sightings[:1], "trace": ()})
    assert judgement.state is State.ERROR
    assert "never reached fw-lg" in judgement.message_en


def test_flooding_in_front_of_the_device_is_not_behind_it(plan):
    seen = case("denied-tcp").seen
    bystander = seen.sightings[1].model_copy(update={"port": "lg-app.lg"})
    assert judge(plan, "denied-tcp", change={"sightings": (*seen.sightings, bystander)}).state is State.PASS


@pytest.mark.parametrize("port", ["in-app.in", "fw-mn.x-ml", "log.mgmt", "mn-app.mn"])
def test_anywhere_else_is_behind_it(plan, port):
    seen = case("denied-tcp").seen
    stray = seen.sightings[1].model_copy(update={"port": port})
    assert judge(plan, "denied-tcp", change={"sightings": (*seen.sightings, stray)}).state is State.FAIL


def test_sent_back_on_the_same_segment_is_through(plan):
    seen = case("denied-tcp").seen
    back = seen.sightings[1].model_copy(update={"direction": "from"})
    assert judge(plan, "denied-tcp", change={"sightings": (*seen.sightings, back)}).state is State.FAIL


def test_black_box(plan):
    assert judge(plan, "denied-tcp", ruleset=False).state is State.PASS
    assert "black box" in judge(plan, "denied-tcp", ruleset=False).message_en
    assert judge(plan, "denied-tcp", ruleset=False, control=[]).state is State.ERROR
    assert judge(plan, "hole", ruleset=False).state is State.FAIL


def test_device_that_is_not_on_the_way_is_a_mistake(plan):
    recording = case("denied-tcp")
    with pytest.raises(ValueError, match="fw-in is not on the way"):
        denied(recording.seen, recording.others, device="fw-in", plan=plan, ruleset=recording.ruleset)


def close(plan, name, *, change=None, ruleset=True, loopback=None):
    recording = case(name)
    seen = recording.seen.model_copy(update=change or {})
    rules = recording.ruleset if ruleset else None
    return device_closed(
        seen, recording.others[:1], device=recording.device, plan=plan, ruleset=rules, loopback=loopback
    )


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("device-closed", State.PASS, "default deny"),
        ("device-open", State.FAIL, "took in"),
        ("device-open-no-listener", State.FAIL, "tcp dport 23 accept"),
        ("device-open-udp-silent", State.FAIL, "udp dport 161 accept"),
    ],
)
def test_flows_to_the_device_itself(plan, name, state, words):
    judgement = close(plan, name)
    assert judgement.state is state, judgement.message_en
    assert words in judgement.message_en


def test_living_service_makes_the_words_stronger(plan):
    up = case("device-closed").others[1]
    assert "answers on loopback" in close(plan, "device-closed", loopback=up).message_en
    assert "answers on loopback" not in close(plan, "device-closed").message_en


def test_black_box_device_needs_the_living_service(plan):
    up = case("device-closed").others[1]
    assert close(plan, "device-closed", ruleset=False, loopback=up).state is State.PASS
    assert close(plan, "device-closed", ruleset=False).state is State.NOT_TESTABLE


def test_device_that_forwards_what_is_for_itself(plan):
    seen = case("device-closed").seen
    on = seen.sightings[-1].model_copy(update={"port": "fw-mn.juki-net", "direction": "from"})
    assert close(plan, "device-closed", change={"sightings": (*seen.sightings, on)}).state is State.FAIL


def test_input_that_vanishes_outside_the_rules(plan):
    trace = case("device-closed").seen.trace[:-1]
    assert close(plan, "device-closed", change={"trace": trace}).state is State.NOT_TESTABLE


def test_families_are_told_apart(plan):
    assert case("denied-icmp6").seen.attempt.family is Family.IPV6
