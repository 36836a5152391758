"""What the prober sees: flows that are stopped, flows that get through, and what becomes of them in mutants."""

import statistics
import time

import pytest

from lab.plan import Family, Protocol
from lab.record import State, Warrant
from lab.verdict import Purpose, denied, device_closed

BOTH = pytest.mark.parametrize("family", list(Family))
EACH = pytest.mark.parametrize("protocol", list(Protocol))


def judged(bench, attempt, control, device, **more):
    seen, alive = bench.prober.observe([attempt, control])
    return seen, denied(seen, [alive], device=device, plan=bench.plan, ruleset=bench.ruleset(device), **more)


@BOTH
@EACH
def test_denied_flow_is_witnessed(bench, family, protocol):
    attempt = bench.attempt("lg-term", "mn-app", protocol=protocol, family=family)
    seen, judgement = judged(bench, attempt, bench.attempt("lg-term", "log", 6514, family=family), "fw-lg")
    assert bench.seen_at(seen) == ["lg-term.lg/from", "fw-lg.lg/to"]
    assert seen.trouble == ()
    assert (judgement.state, judgement.warrant) == (State.PASS, Warrant.WITNESSED), judgement.message_en
    assert "default deny" in judgement.message_en


@BOTH
@EACH
def test_second_firewall_is_judged_from_an_intruder_in_front_of_it(bench, family, protocol):
    attempt = bench.in_front_of("fw-mn", "x-ml", bench.attempt("lg-term", "mn-app", protocol=protocol, family=family))
    seen, judgement = judged(bench, attempt, bench.attempt("mn-term", "log", 6514, family=family), "fw-mn")
    assert [step for step in bench.seen_at(seen) if not step.startswith("fw-lg")] == [
        "intruder.x-ml/from",
        "fw-mn.x-ml/to",
    ]
    assert judgement.state is State.PASS, judgement.message_en


def test_trace_names_the_rule_by_text_and_handle(bench):
    (seen,) = bench.prober.observe([bench.attempt("lg-term", "mn-app")])
    last = seen.trace[-1]
    ruleset = bench.ruleset("fw-lg")
    (rule,) = [rule for rule in ruleset.rules() if rule.handle == last.handle]
    assert (last.device, last.chain, last.verdict) == ("fw-lg", "forward", "drop")
    assert rule.text == last.rule
    assert rule.comment == "default-deny"


def test_trace_asks_connection_tracking(bench):
    (seen,) = bench.prober.observe([bench.attempt("lg-term", "mn-app", protocol=Protocol.UDP)])
    assert [step.rule for step in seen.trace if step.chain == "state"] == ["ct state new"]


@BOTH
def test_allowed_flow_takes_the_planned_way(bench, family):
    attempt = bench.attempt("mn-app", "juki-net", family=family)
    (seen,) = bench.prober.observe([attempt])
    assert seen.answer == "connected"
    assert bench.seen_at(seen) == bench.way(attempt)
    assert [s.at_ns for s in seen.sightings] == sorted(s.at_ns for s in seen.sightings)


@BOTH
def test_hole_is_seen_with_its_rule(bench, family):
    ip = "ip" if family is Family.IPV4 else "ip6"
    source, target = bench.plan.host("lg-term").address(family), bench.plan.host("mn-app").address(family)
    attempt = bench.in_front_of("fw-mn", "x-ml", bench.attempt("lg-term", "mn-app", family=family))
    control = bench.attempt("mn-term", "log", 6514, family=family)
    with bench.hole("fw-mn", f"insert rule inet sanso forward {ip} saddr {source} {ip} daddr {target} accept"):
        seen, judgement = judged(bench, attempt, control, "fw-mn")
    assert "mn-app.mn/to" in bench.seen_at(seen)
    assert judgement.state is State.FAIL
    assert f"{ip} saddr {source} {ip} daddr {target} accept" in judgement.message_en


def test_ipv6_hole_beside_tight_ipv4_is_seen(bench):
    attempts = [
        bench.in_front_of("fw-mn", "x-ml", bench.attempt("lg-term", "mn-app", family=family)) for family in Family
    ]
    with bench.hole("fw-mn", "insert rule inet sanso forward meta nfproto ipv6 accept"):
        four, six = bench.prober.observe(attempts)
    assert "mn-app.mn/to" not in bench.seen_at(four)
    assert "mn-app.mn/to" in bench.seen_at(six)


def test_refused_behind_the_device_is_a_reachable_host(bench):
    attempt = bench.attempt("mn-app", "juki-net", 9)
    with bench.hole("fw-mn", "insert rule inet sanso forward tcp dport 9 accept"):
        seen, judgement = judged(bench, attempt, bench.attempt("mn-app", "juki-net"), "fw-mn")
    assert seen.answer == "refused"
    assert judgement.state is State.FAIL


def test_reject_by_the_device_stays_a_denial(bench):
    attempt = bench.attempt("mn-term", "juki-net")
    with bench.hole(
        "fw-mn",
        "insert rule inet sanso forward tcp dport 443 oifname juki-net ip saddr 10.10.0.20 reject with tcp reset",
    ):
        seen, judgement = judged(bench, attempt, bench.attempt("mn-term", "log", 6514), "fw-mn")
    assert seen.answer == "refused"
    assert judgement.state is State.PASS, judgement.message_en


MASQUERADE = """table inet nat {
    chain post {
        type nat hook postrouting priority srcnat; policy accept;
        oifname "juki-net" masquerade random
    }
}
insert rule inet sanso forward ip saddr 10.10.0.20 accept
"""
DNAT = """table inet nat {
    chain pre {
        type nat hook prerouting priority dstnat; policy accept;
        iifname "x-ml" tcp dport 9443 dnat ip to 10.10.0.10:443
    }
}
insert rule inet sanso forward ip daddr 10.10.0.10 tcp dport 443 accept
"""


@pytest.mark.parametrize("protocol", [Protocol.TCP, Protocol.UDP])
def test_masqueraded_hole_is_seen(bench, protocol):
    attempt = bench.attempt("mn-term", "juki-net", 443, protocol=protocol)
    with bench.hole("fw-mn", MASQUERADE):
        seen, judgement = judged(bench, attempt, bench.attempt("mn-term", "log", 6514), "fw-mn")
    bench.nft("fw-mn", "delete table inet nat" if b"inet nat" in bench.run("fw-mn", "nft", "list", "tables") else "")
    assert bench.seen_at(seen)[-1] == "juki-net.juki-net/to"
    assert judgement.state is State.FAIL


def test_redirected_hole_is_seen(bench):
    base = bench.attempt("lg-term", "fw-mn", 9443, address="10.255.1.1")
    attempt = bench.in_front_of("fw-mn", "x-ml", base)
    with bench.hole("fw-mn", DNAT):
        seen, alive = bench.prober.observe([attempt, bench.attempt("mn-term", "log", 6514)])
        judgement = device_closed(seen, [alive], device="fw-mn", plan=bench.plan, ruleset=bench.ruleset("fw-mn"))
    assert "mn-app.mn/to" in bench.seen_at(seen)
    assert judgement.state is State.FAIL


@BOTH
def test_device_itself_is_closed(bench, family):
    attempt = bench.attempt("lg-term", "fw-lg", 22, family=family)
    address = str(bench.plan.host("fw-lg").address(family, "lg"))
    seen, alive = bench.prober.observe(
        [attempt.model_copy(update={"address": address}), bench.attempt("lg-term", "log", 6514, family=family)]
    )
    judgement = device_closed(seen, [alive], device="fw-lg", plan=bench.plan, ruleset=bench.ruleset("fw-lg"))
    assert judgement.state is State.PASS, judgement.message_en


def test_hole_into_the_device_is_seen_and_its_service_is_up(bench):
    attempt = bench.attempt("mn-term", "fw-mn", 22, address="10.10.0.1")
    loopback = bench.attempt("fw-mn", "fw-mn", 22, address="127.0.0.1")
    control = bench.attempt("mn-term", "log", 6514)
    shut, alive, up = bench.prober.observe([attempt, control, loopback])
    judgement = device_closed(
        shut, [alive], device="fw-mn", plan=bench.plan, ruleset=bench.ruleset("fw-mn"), loopback=up
    )
    assert up.answer == "connected"
    assert judgement.state is State.PASS
    assert "loopback" in judgement.message_en
    with bench.hole("fw-mn", "insert rule inet sanso input tcp dport 22 accept"):
        seen, alive = bench.prober.observe([attempt, control])
        judgement = device_closed(seen, [alive], device="fw-mn", plan=bench.plan, ruleset=bench.ruleset("fw-mn"))
    assert seen.answer == "connected"
    assert judgement.state is State.FAIL


@BOTH
def test_another_mac_is_stopped_by_the_mac_rule(bench, family):
    attempt = bench.in_front_of("fw-mn", "mn", bench.attempt("mn-app", "juki-net", family=family))
    control = bench.attempt("mn-app", "juki-net", family=family)
    _, judgement = judged(bench, attempt, control, "fw-mn", expect={Purpose.MAC_BINDING})
    assert judgement.state is State.PASS, judgement.message_en
    _, judgement = judged(bench, attempt, control, "fw-mn")
    assert judgement.state is State.NOT_TESTABLE


def test_spoofed_source_says_nothing_about_the_zones(bench):
    attempt = bench.in_front_of("fw-mn", "mn", bench.attempt("mn-term", "juki-net"), intruder_source="10.20.0.20")
    _, judgement = judged(bench, attempt, bench.attempt("mn-term", "log", 6514), "fw-mn")
    assert judgement.state is State.NOT_TESTABLE
    assert "anti-spoofing" in judgement.message_en


def test_source_port_outside_the_range_is_traced_too(bench):
    attempt = bench.attempt("mn-term", "juki-net", 443, protocol=Protocol.UDP, source_port=53)
    (seen,) = bench.prober.observe([attempt])
    assert seen.source_port == 53
    assert seen.trace[-1].verdict == "drop"
    forged = bench.in_front_of("fw-mn", "x-ml", bench.attempt("lg-term", "mn-app", source_port=443))
    (seen,) = bench.prober.observe([forged])
    assert seen.trace[-1].verdict == "drop"


def test_intruders_make_no_noise_and_are_gone_after(bench):
    bench.prober.unplug()
    before = bench.run("fabric", "ip", "-br", "link")
    attempts = [
        bench.in_front_of("fw-mn", "mn", bench.attempt("mn-app", "juki-net"), intruder_source=f"10.10.0.{number}")
        for number in (99, 98, 97)
    ]
    seen = bench.prober.observe(attempts)
    assert all(step == "intruder.mn/from" for one in seen for step in bench.seen_at(one)[:1])
    bench.prober.unplug()
    assert bench.run("fabric", "ip", "-br", "link") == before
    neighbours = bench.run("fw-mn", "ip", "neigh").decode()
    assert "10.10.0.99 " not in neighbours.replace("10.10.0.99 dev mn FAILED", "")


def test_intruders_leave_when_no_order_comes(bench):
    bench.prober.unplug()
    before = bench.run("fabric", "ip", "-br", "link")
    bench.prober.observe([bench.in_front_of("fw-mn", "mn", bench.attempt("mn-app", "juki-net"))])
    end = time.monotonic() + 10
    while bench.run("fabric", "ip", "-br", "link") != before:
        assert time.monotonic() < end


def test_host_without_a_route_says_so(bench):
    attempt = bench.attempt("log", "fw-mn", 443, address="10.255.1.1")
    (seen,) = bench.prober.observe([attempt])
    assert seen.answer == "unreachable: no route"
    assert seen.sent_at_ns is None


def test_batch_of_two_hundred(bench):
    attempts = [
        bench.attempt("lg-term", "mn-app", 1000 + n, protocol=list(Protocol)[n % 3], family=list(Family)[n % 2])
        for n in range(200)
    ]
    seen = bench.prober.observe(attempts)
    assert len({one.token for one in seen}) == 200
    assert all(bench.seen_at(one) == ["lg-term.lg/from", "fw-lg.lg/to"] for one in seen)
    assert all(one.trace[-1].verdict == "drop" and not one.trouble for one in seen)
    assert len({one.source_port for one in seen}) == 200


def test_frames_are_kept_for_the_capture(bench):
    (seen,) = bench.prober.observe([bench.attempt("lg-term", "mn-app")])
    assert len(seen.frames) == len(seen.sightings) == 2


def test_reload_of_the_rules_does_not_end_the_trace(bench):
    bench.load("fw-lg")
    (seen,) = bench.prober.observe([bench.attempt("lg-term", "mn-app")])
    assert seen.trace[-1].verdict == "drop"
    assert not seen.trouble


def test_one_witnessed_denial_is_quick(bench):
    """Not a budget: far above what is measured, it only notices a forgotten fixed wait."""
    times = []
    for _ in range(30):
        began = time.monotonic()
        bench.prober.observe([bench.attempt("lg-term", "mn-app"), bench.attempt("lg-term", "log", 6514)])
        times.append(time.monotonic() - began)
    assert statistics.median(times) < 0.5
