"""Crafted packets on a small lab: told in a trace and behind a device, whatever becomes of them on the way."""

import pytest

from lab.errors import LabError
from lab.plan import Family, Protocol
from lab.record import Craft, Inner, Shape

BOTH = pytest.mark.parametrize("family", list(Family))


def crafted(
    bench, craft, *, device="fw-mn", segment="x-ml", source="lg-term", target="mn-app", family=Family.IPV4, **more
):
    attempt = bench.in_front_of(device, segment, bench.attempt(source, target, family=family, craft=craft, **more))
    return attempt.model_copy(update={"intruder_source": str(bench.plan.host(source).address(family))})


@BOTH
@pytest.mark.parametrize("number", [0, 2, 47, 50, 132, 253])
def test_any_protocol_is_traced_to_the_rule_that_ends_it(bench, family, number):
    (seen,) = bench.prober.observe([crafted(bench, Craft(shape=Shape.PROTOCOL, number=number), family=family)])
    assert "fw-mn.x-ml/to" in bench.seen_at(seen)
    assert seen.trace[-1].verdict == "drop"
    assert "default-deny" in seen.trace[-1].rule
    assert seen.trouble == ()


def test_a_token_is_seen_behind_the_device_inside_a_tunnel(bench):
    inner = Inner(source="10.20.0.20", destination="10.10.0.10", source_port=9, port=9)
    attempt = crafted(bench, Craft(shape=Shape.TUNNEL, number=47, inner=inner))
    with bench.hole("fw-mn", "insert rule inet sanso forward ip protocol 47 accept"):
        (seen,) = bench.prober.observe([attempt], wait=0.3)
    assert "mn-app.mn/to" in bench.seen_at(seen)


@BOTH
def test_pieces_are_told_before_and_behind_the_device(bench, family):
    attempt = crafted(
        bench, Craft(shape=Shape.PIECES), segment="mn", source="mn-term", target="log", family=family, port=6514
    )
    (seen,) = bench.prober.observe([attempt])
    assert bench.seen_at(seen)[-1] == "log.mgmt/to"
    assert seen.trace[-1].verdict == "accept"


@BOTH
def test_pieces_without_a_whole_reach_no_rule(bench, family):
    attempt = crafted(
        bench, Craft(shape=Shape.HOLE), segment="mn", source="mn-term", target="log", family=family, port=6514
    )
    (seen,) = bench.prober.observe([attempt], wait=0.3)
    assert bench.seen_at(seen)[-1] == "fw-mn.mn/to"
    assert seen.trace == ()


def test_an_error_of_the_device_about_a_crafted_packet_is_an_answer(bench):
    attempt = crafted(bench, Craft(shape=Shape.PROTOCOL, number=253))
    with bench.hole("fw-mn", "insert rule inet sanso forward ip protocol 253 reject with icmp admin-prohibited"):
        (seen,) = bench.prober.observe([attempt], wait=0.3)
    assert not any(step.startswith("fw-mn.x-ml/from") for step in bench.seen_at(seen))


def test_a_segment_joins_a_real_connection(bench):
    lead = bench.attempt("mn-term", "log", 6514, source_port=65123)
    joining = crafted(
        bench, Craft(shape=Shape.INSIDE), segment="mn", source="mn-term", target="log", port=6514, source_port=65123
    )
    _, seen = bench.prober.observe([lead, joining])
    assert [step.rule for step in seen.trace if step.chain == "state"] == ["ct state established"]


def test_a_segment_without_its_connection_is_never_sent(bench):
    joining = crafted(
        bench, Craft(shape=Shape.INSIDE), segment="mn", source="mn-term", target="log", port=6514, source_port=65124
    )
    (seen,) = bench.prober.observe([joining], wait=0.2)
    assert seen.sent_at_ns is None


def test_a_host_never_sends_one(bench):
    attempt = bench.attempt("lg-term", "mn-app", protocol=Protocol.TCP, craft=Craft(shape=Shape.PLAIN))
    with pytest.raises(LabError, match="from an intruder only"):
        bench.prober.observe([attempt.model_copy(update={"intruder_source": "10.20.0.20"})])


def test_many_at_once_are_all_told_apart(bench):
    attempts = [crafted(bench, Craft(shape=Shape.PROTOCOL, number=number), port=9) for number in range(256)]
    seen = bench.prober.observe(attempts, wait=0.5)
    assert len({each.number for each in seen}) == len({each.token for each in seen}) == 256
    assert all(each.trace and each.trace[-1].verdict == "drop" for each in seen)
    assert all(each.sent_at_ns is not None for each in seen)
