"""A train of packets: every millisecond, seen wherever it comes, bounded, and gone with its client."""

from __future__ import annotations

import pytest

from lab.plan import Family, Protocol
from lab.probe import Carrying

BOTH = (Family.IPV4, Family.IPV6)


def places(train):
    return {f"{place.port}/{place.direction}": len(place.at_us) for place in train.places}


@pytest.mark.parametrize("family", BOTH, ids=str)
def test_denied_packets_end_at_the_firewall(bench, family):
    syn = bench.attempt("lg-term", "mn-app", 443, family=family)
    udp = bench.attempt("lg-term", "mn-app", 443, family=family, protocol=Protocol.UDP)
    with bench.prober.train([Carrying(syn, "syn"), Carrying(udp, "udp")], count=200) as trains:
        bench.run("fw-lg", "sleep", "0.5")
    for train in trains:
        assert set(places(train)) == {"lg-term.lg/from", "fw-lg.lg/to"}
        assert places(train)["fw-lg.lg/to"] > 50
        assert places(train)["fw-lg.lg/to"] <= 200
        assert not train.trouble


def test_what_gets_through_a_hole_is_seen_behind_it(bench):
    attempt = bench.attempt("lg-term", "mn-app", 443)
    hole = "insert rule inet sanso forward ip saddr 10.20.0.20 tcp dport 443 accept"
    with bench.prober.train([Carrying(attempt, "syn")]) as trains, bench.hole("fw-lg", hole):
        bench.run("fw-lg", "sleep", "0.2")
    seen = places(trains[0])
    assert 0 < seen["fw-lg.x-ml/from"] < seen["fw-lg.lg/to"]


def test_segments_of_a_session_that_only_the_device_knows(bench):
    attempt = bench.attempt("lg-term", "mn-app", 443, source_port=30500, intruder_source="10.20.0.20")
    crafted = bench.in_front_of("fw-lg", "lg", attempt)
    entry = ["-p", "tcp", "-s", "10.20.0.20", "-d", "10.10.0.10", "--sport", "30500", "--dport", "443"]
    bench.run(
        "fw-lg",
        "conntrack",
        "-I",
        *entry,
        "-t",
        "20",
        "--state",
        "ESTABLISHED",
        "-u",
        "ASSURED,SEEN_REPLY,FIXED_TIMEOUT",
    )
    with bench.prober.train([Carrying(crafted, "data")]) as trains:
        bench.run("fw-lg", "sleep", "0.2")
        bench.run("fw-lg", "conntrack", "-D", *entry)
    seen = places(trains[0])
    assert 0 < seen["fw-lg.x-ml/from"] < seen["fw-lg.lg/to"]


def test_train_ends_by_itself(bench):
    attempt = bench.attempt("lg-term", "mn-app", 443, protocol=Protocol.UDP)
    with bench.prober.train([Carrying(attempt, "udp")], seconds=0.2) as trains:
        bench.run("fw-lg", "sleep", "0.6")
    assert max(trains[0].places[0].at_us) < 300_000
    assert bench.prober.observe([bench.attempt("lg-term", "log", 6514)])[0].answer == "connected"
