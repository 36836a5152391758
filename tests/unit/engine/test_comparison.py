from __future__ import annotations

import dataclasses

import pytest

from lab.engine.comparison import against_plan, against_record
from lab.engine.identity import identity
from lab.engine.model import DriftKind
from lab.engine.state import HostState
from lab.engine.sysctls import host_sysctls

MAC = "02:00:00:00:00:99"


def address(local: str, length: int) -> dict[str, object]:
    return {"local": local, "prefixlen": length}


@pytest.fixture
def good(plan) -> HostState:
    host = plan.host("mn-term")
    return HostState(
        started="100",
        links=(
            {"ifname": "lo", "flags": ["UP"], "address": "00:00:00:00:00:00", "addr_info": [address("127.0.0.1", 8)]},
            {"ifname": "tunl0", "flags": ["NOARP"], "address": "0.0.0.0", "addr_info": []},
            {
                "ifname": "mn",
                "flags": ["UP"],
                "address": host.legs[0].mac,
                "addr_info": [
                    address("10.10.0.20", 24),
                    address("fd53:616e:736f:10::20", 64),
                    address("fe80::1e:8cff:fe23:1bc4", 64),
                ],
            },
        ),
        routes=(
            {"dst": "0.0.0.0/0", "gateway": "10.10.0.1", "dev": "mn"},
            {"dst": "10.10.0.0/24", "dev": "mn"},
            {"dst": "::/0", "gateway": "fd53:616e:736f:10::1", "dev": "mn"},
            {"dst": "fd53:616e:736f:10::/64", "dev": "mn"},
            {"dst": "fe80::/64", "dev": "mn"},
        ),
        policies=({"priority": 0}, {"priority": 32766}, {"priority": 32767}),
        sysctls=host_sysctls(host),
        names=identity(plan, host).digests(),
        ruleset="r",
        manifests={"base.sha256": "m"},
        changed=(),
    )


def told(plan, state: HostState) -> list[tuple[str, str]]:
    return [(drift.kind.value, drift.detail) for drift in against_plan(plan, plan.host("mn-term"), state)]


def change(state: HostState, **fields: object) -> HostState:
    return dataclasses.replace(state, **fields)


def with_nic(state: HostState, **fields: object) -> HostState:
    return change(state, links=(*state.links[:2], {**state.links[2], **fields}))


def test_a_stopped_service_is_named(plan, good):
    assert told(plan, change(good, stopped=("nginx",))) == [("services", "the service nginx was stopped")]


def test_a_host_as_planned_has_no_drift(plan, good):
    assert told(plan, good) == []


def test_each_difference_is_named(plan, good):
    assert told(plan, with_nic(good, address=MAC, flags=[])) == [("wiring", f"mn has MAC {MAC}, mn is down")]
    assert told(plan, with_nic(good, addr_info=[address("10.10.0.20", 24), address("10.10.0.99", 24)])) == [
        ("addresses", "no fd53:616e:736f:10::20/64 on mn, foreign 10.10.0.99/24 on mn")
    ]
    assert told(plan, change(good, routes=good.routes[1:])) == [("routes", "no 0.0.0.0/0 via 10.10.0.1")]
    assert told(plan, change(good, routes=(*good.routes, {"dst": "10.20.0.0/24", "dev": "mn"}))) == [
        ("routes", "foreign 10.20.0.0/24 via mn")
    ]
    assert told(plan, change(good, routes=good.routes[:1] + good.routes[2:])) == [("routes", "no 10.10.0.0/24 on mn")]
    assert told(plan, change(good, routes=(*good.routes, {"dst": "10.9.0.0/16", "type": "blackhole"}))) == [
        ("routes", "foreign 10.9.0.0/16 via blackhole")
    ]
    assert told(plan, change(good, policies=(*good.policies, {"priority": 100}))) == [
        ("routes", "foreign policy rule 100")
    ]
    assert told(plan, change(good, sysctls={**good.sysctls, "net.ipv4.ip_forward": "1"})) == [
        ("sysctls", "net.ipv4.ip_forward is 1, not 0")
    ]
    assert told(plan, change(good, names=("x", *good.names[1:]))) == [("names", "/etc/resolv.conf was changed")]


def test_a_missing_sysctl_is_drift(plan, good):
    less = {key: value for key, value in good.sysctls.items() if key != "net.ipv4.ip_forward"}
    assert told(plan, change(good, sysctls=less)) == [("sysctls", "net.ipv4.ip_forward is None, not 0")]


def test_a_lost_interface_is_told_once(plan, good):
    lost = change(good, links=good.links[:2], routes=())
    assert told(plan, lost) == [("wiring", "no interface mn")]


@pytest.mark.parametrize("flags", [[], ["UP"]])
def test_a_foreign_interface_is_told_up_or_down(plan, good, flags):
    foreign = {"ifname": "eth0", "flags": flags, "address": MAC, "addr_info": []}
    assert told(plan, change(good, links=(*good.links, foreign))) == [("foreign", "foreign interface eth0")]


def test_a_fallback_interface_that_is_up_is_foreign(plan, good):
    up = {**good.links[1], "flags": ["UP"]}
    assert ("foreign", "foreign interface tunl0") in told(plan, change(good, links=(good.links[0], up, good.links[2])))


def test_changes_since_the_record(plan, good):
    host = plan.host("mn-term")
    recorded = good.recorded()
    assert against_record(host, good, recorded) == []

    def kinds(**fields: object) -> list[DriftKind]:
        return [drift.kind for drift in against_record(host, change(good, **fields), recorded)]

    assert kinds(started="200") == [DriftKind.RESTARTED]
    assert kinds(ruleset="other") == [DriftKind.RULESET]
    assert kinds(manifests={}) == [DriftKind.FILES]
    assert kinds(manifests={"base.sha256": "other"}) == [DriftKind.FILES]
    assert kinds(changed=("/etc/nginx/nginx.conf",)) == [DriftKind.FILES]
    assert [drift.kind for drift in against_record(host, good, None)] == [DriftKind.UNRECORDED]


def test_file_drift_says_that_a_converge_mends_it(plan, good):
    (drift,) = against_record(plan.host("mn-term"), change(good, changed=("/etc/a",)), good.recorded())
    assert drift.needs_converge
    assert "converge" in str(drift)
