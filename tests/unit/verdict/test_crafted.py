"""Crafted packets judged: recordings from the reference network, and the same with one thing changed."""

import json
from pathlib import Path

import pytest

from lab.plan import Family
from lab.record import Craft, Observation, Shape, State, TraceStep, Warrant
from lab.verdict import Expectation, Purpose, Twin, crafted, parse_ruleset, register_match, stopped_by, sweep
from lab.verdict.craft_words import craft_text, craft_text_ja, error_name, flags
from lab.verdict.judgement import failed, passed
from lab.verdict.register import Kind

DATA = Path(__file__).parent / "data" / "crafted"
CASES = json.loads((DATA / "observations.json").read_text())


def rules(device):
    return parse_ruleset((DATA / f"{device}.json").read_bytes(), (DATA / f"{device}.nft").read_text())


RULES = rules("fw-mn")


def judge(plan, name, *, change=None, twin=None, **more):
    stored = CASES[name]
    seen = Observation.model_validate(stored["seen"]).model_copy(update=change or {})
    pair = None
    if stored["twin"]:
        other = Observation.model_validate(stored["twin"])
        pair = Twin(other.attempt, stored["through"]), other.model_copy(update=twin or {})
    expected = Expectation(
        frozenset(Purpose[each] for each in stored["expected"]["purposes"]),
        strict=more.pop("strict", stored["expected"]["strict"]),
        held=stored["expected"]["held"],
    )
    beside = more.pop("beside", [Observation.model_validate(each) for each in stored["beside"]])
    return crafted(seen, pair, beside, device="fw-mn", plan=plan, ruleset=RULES, expected=expected)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reserved", "rule against impossible sources"),
        ("denied-side", "came as far as the default deny of fw-mn"),
        ("other-side", "stopped by its anti-spoofing"),
        ("unspecified6", "rule against impossible sources"),
        ("record-route", "IPv4 option record route"),
        ("source-route-by-the-device", "stopped by its shape of the packet"),
        ("routing6", "routing header of type 4"),
        ("hole", "No rule stopped it: no rule ever saw it"),
        ("hidden6", "the port in the second"),
        ("tiny", "default deny"),
        ("ack", "stopped by its shape of the packet"),
        ("fin", "stopped by its invalid state"),
        ("gre", "ipv4 ip/47 lg-app -> mn-app (10.10.0.10; IP protocol 47 around udp 10.20.0.10 -> 10.10.0.10"),
        ("gre-to-the-device", "default deny"),
        ("error-third-side", "ipv4 icmp lg-app -> mn-app (10.10.0.10; ICMP destination unreachable (3/1) about"),
    ],
)
def test_recordings_of_the_reference_pass(plan, name, words):
    judgement = judge(plan, name)
    assert (judgement.state, judgement.warrant) == (State.PASS, Warrant.WITNESSED), judgement.message_en
    assert words in judgement.message_en
    assert judgement.message_ja != judgement.message_en


def behind(name, port="log.mgmt"):
    seen = Observation.model_validate(CASES[name]["seen"])
    last = seen.sightings[-1]
    return (*seen.sightings, last.model_copy(update={"port": port, "direction": "to"}))


@pytest.mark.parametrize("name", sorted(CASES))
def test_seen_behind_the_device_is_a_fail_whatever_the_shape(plan, name):
    judgement = judge(plan, name, change={"sightings": behind(name)})
    assert judgement.state is State.FAIL
    assert "got through fw-mn" in judgement.message_en


def dropped_by(comment, chain="forward"):
    (rule,) = [r for r in RULES.rules() if r.comment == comment and r.chain == chain]
    step = {"device": "fw-mn", "table": rule.table, "chain": rule.chain, "kind": "rule", "rule": rule.text}
    return (TraceStep.model_validate({**step, "verdict": "drop", "handle": rule.handle}),)


@pytest.mark.parametrize("name", ["reserved", "other-side", "record-route", "routing6"])
def test_stopped_by_the_default_deny_alone_is_not_known_for_what_it_is(plan, name):
    judgement = judge(plan, name, change={"trace": dropped_by("default-deny")})
    assert judgement.state is State.FAIL
    assert "no rule of fw-mn names such a packet" in judgement.message_en


@pytest.mark.parametrize("name", ["reserved", "record-route"])
def test_stopped_by_the_kernel_alone_is_neither_counted_nor_logged(plan, name):
    accepted = Observation.model_validate(CASES["ack"]["seen"]).trace[:1]
    judgement = judge(plan, name, change={"trace": accepted})
    assert judgement.state is State.FAIL
    assert "nothing counted or logged it" in judgement.message_en


def test_reverse_path_is_no_rule_against_reserved_addresses(plan):
    judgement = judge(plan, "reserved", change={"trace": dropped_by("anti-spoofing", "anti_spoofing")})
    assert judgement.state is State.FAIL


def test_another_reason_says_nothing_where_any_stop_will_do(plan):
    judgement = judge(plan, "gre", change={"trace": dropped_by("anti-spoofing", "anti_spoofing")})
    assert judgement.state is State.NOT_TESTABLE


def test_a_held_piece_needs_a_twin_that_was_made_whole(plan):
    assert judge(plan, "hole", twin={"sightings": (), "trace": ()}).state is State.ERROR


def test_silence_about_anything_else_is_no_pass(plan):
    assert judge(plan, "fin", change={"trace": ()}).state is State.NOT_TESTABLE


@pytest.mark.parametrize("name", sorted(CASES))
def test_without_a_living_control_nothing_is_shown(plan, name):
    dead = [Observation.model_validate(each).model_copy(update={"sightings": ()}) for each in CASES[name]["beside"]]
    assert judge(plan, name, beside=dead).state is State.ERROR


@pytest.mark.parametrize("name", sorted(CASES))
def test_never_sent_or_badly_watched_is_an_error(plan, name):
    assert judge(plan, name, change={"sent_at_ns": None, "sightings": ()}).state is State.ERROR
    assert judge(plan, name, change={"trouble": ("the tap lost 3 frames",)}).state is State.ERROR


def test_a_twin_that_was_stopped_early_shows_nothing(plan):
    spoofed = dropped_by("anti-spoofing", "anti_spoofing")
    assert judge(plan, "denied-side", twin={"trace": spoofed}).state is State.ERROR
    judgement = judge(plan, "reserved", twin={"sightings": (), "trace": spoofed})
    assert judgement.state is State.ERROR
    assert "did not get through" in judgement.message_en


def test_taken_in_by_the_device_is_a_fail(plan):
    chain = next(chain for chain in RULES.chains if chain.hook == "input")
    rule = next(rule for rule in chain.rules if rule.comment == "return traffic")
    step = {"device": "fw-mn", "table": rule.table, "chain": rule.chain, "kind": "rule", "rule": rule.text}
    taken = TraceStep.model_validate({**step, "verdict": "accept", "handle": rule.handle})
    judgement = judge(plan, "gre-to-the-device", change={"trace": (taken,)})
    assert judgement.state is State.FAIL
    assert "took in" in judgement.message_en


@pytest.mark.parametrize("device", ["fw-mn", "fw-lg", "fw-in"])
def test_the_role_s_rules_equal_the_register(plan, device):
    """The recording is from before the firewalls gave the time: without those flows, nothing differs."""
    timeless = plan.model_copy(update={"allowed": tuple(flow for flow in plan.allowed if flow.application != "ntp")})
    (finding,) = register_match(timeless, device, rules(device))
    assert finding.kind is Kind.MATCH, finding.judgement.message_en


def test_stopped_by_tells_the_purpose():
    assert stopped_by(Observation.model_validate(CASES["fin"]["seen"]), "fw-mn", RULES) == "invalid state"
    assert stopped_by(Observation.model_validate(CASES["hole"]["seen"]), "fw-mn", RULES) == ""


def test_a_whole_sweep_is_exhaustive_and_a_part_of_it_is_not():
    good = passed(Warrant.WITNESSED, "x", "x")
    became = {number: (good, "default deny" if number else "invalid state") for number in range(256)}
    ((number, judgement),) = sweep(became, device="fw", what="a -> b", what_ja="a -> b")
    assert number is None
    assert judgement.warrant is Warrant.EXHAUSTIVE
    assert "default deny: 255 of them; invalid state: 0" in judgement.message_en
    assert "遮断理由：既定拒否（255 個）、不正な接続状態の破棄（番号 0）" in judgement.message_ja
    del became[7]
    assert sweep(became, device="fw", what="a -> b", what_ja="a -> b")[0][1].warrant is Warrant.SAMPLED


def test_a_number_that_got_through_is_told_by_itself():
    good, bad = passed(Warrant.WITNESSED, "x", "x"), failed(Warrant.WITNESSED, "gre", "gre")
    found = sweep({6: (good, "default deny"), 47: (bad, "")}, device="fw", what="a -> b", what_ja="a -> b")
    assert found == [(47, bad)]


@pytest.mark.parametrize("family", list(Family))
@pytest.mark.parametrize("shape", [shape for shape in Shape if shape is not Shape.PLAIN])
def test_every_shape_has_its_words(shape, family):
    craft = Craft(shape=shape, number=4)
    assert craft_text(craft, family)
    assert craft_text_ja(craft, family)
    assert craft_text(Craft(shape=Shape.PLAIN), family) == ""


def test_flags_and_errors_by_name():
    assert flags(0x29) == "FIN+PSH+URG"
    assert flags(0) == "none"
    assert error_name(3 * 256 + 4, Family.IPV4) == "packet too big (3/4)"
    assert error_name(2 * 256, Family.IPV6) == "packet too big (2/0)"
