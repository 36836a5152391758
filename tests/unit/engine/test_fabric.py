from __future__ import annotations

import copy

import pytest

from lab.engine.fabric import compare
from lab.engine.wiring import expected_ports

FILTERS = ["net/bridge/bridge-nf-call-iptables:0", "net/bridge/bridge-nf-call-arptables:0"]


@pytest.fixture
def links(plan):
    bridges = [
        {
            "ifname": segment.name,
            "flags": ["UP", "LOWER_UP"],
            "linkinfo": {"info_kind": "bridge", "info_data": {"mcast_snooping": 0, "stp_state": 0}},
        }
        for segment in plan.segments
    ]
    ports = [
        {
            "ifname": f"p{number}",
            "ifalias": alias,
            "master": bridge,
            "flags": ["UP", "LOWER_UP"],
            "linkinfo": {"info_kind": "veth"},
        }
        for number, (alias, bridge) in enumerate(expected_ports(plan).items(), 1)
    ]
    return [{"ifname": "lo", "flags": ["UP"]}, *bridges, *ports]


def told(plan, links, filters=FILTERS):
    return [(drift.host, drift.detail) for drift in compare(plan, links, filters)]


def port(links, alias):
    return next(link for link in links if link.get("ifalias") == alias)


def test_the_wiring_of_the_plan_is_no_drift(plan, links):
    assert told(plan, links) == []
    assert told(plan, links, []) == []


def test_an_empty_fabric_misses_everything_host_by_host(plan):
    assert told(plan, [{"ifname": "lo", "flags": ["UP"]}]) == [
        ("fabric", "no bridge for segment mn"),
        ("fabric", "no bridge for segment lg"),
        ("fw-mn", "no link to lg, mn"),
        ("lg-term", "no link to lg"),
        ("log", "no link to lg, mn"),
        ("mn-app", "no link to mn"),
        ("mn-term", "no link to mn"),
    ]


def test_a_port_on_the_wrong_bridge_is_named(plan, links):
    port(links, "lg-term.lg")["master"] = "mn"
    assert told(plan, links) == [("lg-term", "port lg-term.lg sits on mn")]


def test_a_port_without_carrier_or_bridge_is_named(plan, links):
    port(links, "mn-term.mn")["flags"] = ["UP"]
    del port(links, "mn-app.mn")["master"]
    assert told(plan, links) == [
        ("mn-app", "port mn-app.mn sits on no bridge"),
        ("mn-term", "port mn-term.mn is down or its far end is"),
    ]


def test_a_foreign_port_is_named(plan, links):
    foreign = {**copy.deepcopy(port(links, "mn-app.mn")), "ifname": "p99", "ifalias": "tap.mn"}
    assert told(plan, [*links, foreign]) == [("fabric", "foreign port tap.mn on mn")]


def test_a_snooping_bridge_and_the_engine_machines_rules_are_named(plan, links):
    links[1]["linkinfo"]["info_data"]["mcast_snooping"] = 1
    links[2]["flags"] = []
    assert told(plan, links, ["net/bridge/bridge-nf-call-iptables:1"]) == [
        ("fabric", "the bridge of segment mn snoops or runs spanning tree"),
        ("fabric", "the bridge of segment lg is down"),
        ("fabric", "net/bridge/bridge-nf-call-iptables is 1: the engine machine's rules see the lab's frames"),
    ]
