"""A host with a tunnel and an address from elsewhere: what its own software makes is no drift, everything else is."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.engine.comparison import against_plan
from lab.engine.identity import identity
from lab.engine.state import HostState
from lab.engine.sysctls import host_sysctls
from lab.engine.wiring import expected_ports, task_of
from lab.plan import build
from lab.scenario import load

SCENARIO = Path(__file__).parents[3] / "scenarios" / "telework.yaml"
TERMINAL = "tele-term"


@pytest.fixture(scope="module")
def plan():
    return build(load(SCENARIO, as_of=date(2026, 11, 23)), load_catalogue(), "t")


def link(name, mac, *addresses, flags=("UP",)):
    told = [{"local": one, "prefixlen": length} for one, length in addresses]
    return {"ifname": name, "flags": list(flags), "address": mac, "addr_info": told}


@pytest.fixture
def connected(plan) -> HostState:
    host = plan.host(TERMINAL)
    home = host.legs[1]
    return HostState(
        started="100",
        links=(
            link("lo", "00:00:00:00:00:00", ("127.0.0.1", 8)),
            link("home", home.mac, ("192.168.1.20", 24), ("2001:db8:300::20", 128), ("fe80::1", 64)),
            link("ipsec0", "", ("10.99.0.20", 32), ("fd53:616e:736f:99::20", 128)),
        ),
        routes=(
            {"dst": "0.0.0.0/0", "gateway": "192.168.1.1", "dev": "home"},
            {"dst": "192.168.1.0/24", "dev": "home"},
            {"dst": "::/0", "gateway": "fe80::2", "dev": "home"},
            {"dst": "fe80::/64", "dev": "home"},
            {"dst": "fe80::/64", "dev": "ipsec0"},
        ),
        policies=({"priority": 0}, {"priority": 220}, {"priority": 32766}, {"priority": 32767}),
        sysctls=host_sysctls(host),
        names=identity(plan, host).digests(),
        ruleset="r",
        manifests={},
        changed=(),
    )


def told(plan, state):
    return [drift.detail for drift in against_plan(plan, plan.host(TERMINAL), state)]


def test_connected_is_as_planned(plan, connected):
    assert told(plan, connected) == []


def test_not_connected_yet_is_as_planned(plan, connected):
    lo, home, _ = connected.links
    bare = dataclasses.replace(
        connected, links=(lo, {**home, "addr_info": []}), routes=(), policies=({"priority": 0}, {"priority": 32766})
    )
    assert told(plan, bare) == []


def test_the_cable_is_the_labs(plan, connected):
    lo, home, tunnel = connected.links
    assert told(plan, dataclasses.replace(connected, links=(lo, tunnel))) == ["no interface home"]
    moved = {**home, "address": "02:00:00:00:00:99"}
    assert told(plan, dataclasses.replace(connected, links=(lo, moved, tunnel))) == ["home has MAC 02:00:00:00:00:99"]


def test_another_interface_or_policy_is_foreign(plan, connected):
    second = link("ipsec1", "", ("10.99.0.21", 32))
    assert told(plan, dataclasses.replace(connected, links=(*connected.links, second))) == [
        "foreign interface ipsec1",
        "foreign 10.99.0.21/32 on ipsec1",
    ]
    more = (*connected.policies, {"priority": 99})
    assert told(plan, dataclasses.replace(connected, policies=more)) == ["foreign policy rule 99"]


def test_only_hosts_with_a_tunnel_have_its_policy_rule(plan, connected):
    host = plan.host("mn-term")
    state = dataclasses.replace(connected, sysctls=host_sysctls(host), names=identity(plan, host).digests())
    details = [drift.detail for drift in against_plan(plan, host, state)]
    assert "foreign interface home, foreign interface ipsec0" in details


def test_wiring_is_told_of_cables_and_fixed_addresses(plan):
    assert not any(port.endswith(".ipsec0") for port in expected_ports(plan))
    task = task_of(plan, [plan.host(TERMINAL), plan.host("vpn-gw")])
    assert "ipsec0" not in task["segments"]
    terminal, gateway = task["hosts"]
    assert [(leg["segment"], leg["dynamic"]) for leg in terminal["legs"]] == [("home", True)]
    assert (terminal["tunnels"], terminal["routes"]) == (["ipsec0"], [])
    assert gateway["tunnels"] == ["ipsec0"]
    assert all(leg != "ipsec0" for _, _, leg in gateway["routes"])
    assert ["0.0.0.0/0", "203.0.113.1", "internet"] in gateway["routes"]
