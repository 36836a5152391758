"""Every kind of drift is named and repaired."""

from __future__ import annotations

import pytest

from lab.engine import DriftKind, helpers
from lab.engine.container import create_host
from lab.engine.helpers import Helper
from lab.plan import Image

WIRED = "mn-term", "10.10.0.10"


def kinds(drifts, host: str) -> set[str]:
    return {drift.kind.value for drift in drifts if drift.host == host}


@pytest.fixture
def docker(engine):
    return engine._client


@pytest.fixture(autouse=True)
def recorded(lab):
    """Each test leaves a lab without drift: a new start is recorded, all else must be repaired."""
    yield
    drifts = lab.drift()
    assert {drift.kind for drift in drifts} <= {DriftKind.RESTARTED}
    if drifts:
        lab.record_state()
        assert lab.drift() == ()


@pytest.mark.parametrize(
    ("host", "command", "kind", "detail"),
    [
        ("fw-mn", "ip addr add 10.9.9.9/24 dev mn", "addresses", "foreign 10.9.9.9/24 on mn"),
        ("fw-mn", "ip addr del 10.20.0.1/24 dev lg", "addresses", "no 10.20.0.1/24 on lg"),
        ("fw-mn", "ip -6 route add default via fd53:616e:736f:10::20", "routes", "foreign ::/0"),
        ("fw-mn", "ip route add blackhole 10.66.0.0/16", "routes", "foreign 10.66.0.0/16"),
        ("fw-mn", "ip rule add from 10.1.1.1 table 7", "routes", "foreign policy rule"),
        ("fw-mn", "ip link set mn address 02:00:00:00:00:01", "wiring", "mn has MAC 02:00:00:00:00:01"),
        ("fw-mn", "ip link set lg down", "wiring", "port fw-mn.lg is down"),
        ("fw-mn", "ip link del mn", "wiring", "no link to mn"),
        ("fw-mn", "ip link add x type veth peer name y", "foreign", "foreign interface x"),
        ("fw-mn", "nft flush ruleset", "ruleset", "not the recorded ones"),
        ("fw-mn", "nft add rule inet sanso_closed forward accept", "ruleset", "not the recorded ones"),
        ("mn-app", "echo nameserver 192.0.2.1 > /etc/resolv.conf", "names", "/etc/resolv.conf"),
        ("mn-app", "echo 192.0.2.1 mn-term >> /etc/hosts", "names", "/etc/hosts"),
    ],
)
def test_a_change_inside_a_host(lab, hosts, host, command, kind, detail):
    hosts.run(host, command)
    drifts = lab.drift()
    assert kind in kinds(drifts, host)
    assert any(detail in drift.detail for drift in drifts), drifts
    assert {drift.host for drift in drifts} == {host}
    assert lab.repair(drifts) == ()
    assert hosts.answers(*WIRED)


@pytest.mark.parametrize(
    ("act", "kind"), [("restart", "restarted"), ("kill", "stopped"), ("pause", "paused"), ("remove", "missing")]
)
@pytest.mark.parametrize("host", ["mn-app", "fw-mn"])
def test_a_container_that_was_handled_from_outside(docker, lab, hosts, act, kind, host):
    container = lab.container(host)
    if act == "restart":
        docker.restart(container, timeout=0)
    elif act == "remove":
        docker.remove_container(container, force=True)
    else:
        getattr(docker, act)(container)
    if act == "restart":
        assert kinds(lab.wiring_drift(), host) == {"wiring"}
    drifts = lab.drift()
    assert kind in kinds(drifts, host)
    left = lab.repair(drifts)
    assert [(drift.host, drift.kind.value) for drift in left] == ([(host, "files")] if act == "remove" else [])
    assert hosts.answers(*WIRED)


def test_a_restarted_fabric_is_wired_anew(docker, lab, hosts, plan):
    docker.restart(lab.fabric, timeout=0)
    drifts = lab.wiring_drift()
    assert {drift.host for drift in drifts} == {"fabric", *(host.name for host in plan.hosts)}
    assert lab.repair(drifts) == ()
    assert hosts.answers(*WIRED)
    assert lab.drift() == ()  # no host was started anew: the record still holds


@pytest.mark.parametrize(("act", "kind"), [("kill", "stopped"), ("pause", "paused")])
def test_a_fabric_that_does_not_run(engine, docker, lab, hosts, act, kind):
    getattr(docker, act)(lab.fabric)
    found = engine.find(lab.name)
    drifts = found.drift()
    assert kind in kinds(drifts, "fabric")
    assert found.repair(drifts) == ()
    assert hosts.answers(*WIRED)


def test_a_lab_whose_engine_was_restarted(engine, docker, lab, hosts, plan):
    names = [lab.fabric, *(lab.container(host.name) for host in plan.hosts)]
    for name in names:
        docker.kill(name)
    drifts = engine.find(lab.name).drift()
    assert {drift.kind for drift in drifts} == {DriftKind.STOPPED}
    assert len(drifts) == len(names)
    assert lab.repair(drifts) == ()
    assert hosts.answers(*WIRED)


def test_a_removed_fabric_is_made_anew_while_the_plan_is_known(docker, lab, hosts):
    docker.remove_container(lab.fabric, force=True)
    drifts = lab.drift()
    assert {"missing", "unrecorded"} == kinds(drifts, "fabric")
    lab.repair(drifts)
    assert hosts.answers(*WIRED)
    assert not lab.complete
    lab.record_state()
    lab.mark_complete()


@pytest.mark.parametrize(
    ("where", "key", "value", "kind"),
    [
        ("mn-app", "net/ipv4/ip_forward", "1", "sysctls"),
        ("fw-mn", "net/ipv4/conf/all/rp_filter", "2", "sysctls"),
        ("fabric", "net/bridge/bridge-nf-call-iptables", "1", "wiring"),
    ],
)
def test_a_sysctl_that_was_changed(docker, lab, hosts, where, key, value, kind):
    """Nobody inside can: it takes a helper that may write /proc/sys."""
    if key not in hosts.run(where, f"cd /proc/sys && ls {key} || true"):
        pytest.skip("this kernel has no bridge filter")
    container = lab.fabric if where == "fabric" else lab.container(where)
    argv = ("sh", "-c", f"echo {value} > /proc/sys/{key}")
    helpers.run(docker, Helper(lab.name, lab.image, container, argv, capabilities=("NET_ADMIN",), sets_sysctls=True))
    drifts = lab.drift()
    assert [(drift.host, drift.kind.value) for drift in drifts] == [(where, kind)]
    assert lab.repair(drifts) == ()


def test_a_foreign_image(docker, lab, image, plan):
    container = lab.container("lg-term")
    docker.remove_container(container, force=True)
    base = next(one["Id"] for one in docker.images(filters={"label": "sanso.image=base"}))
    create_host(docker, plan, plan.host("lg-term"), {Image.HOST: base})
    drifts = lab.drift()
    assert {"image", "stopped"} == kinds(drifts, "lg-term")
    lab.repair(drifts)


def test_managed_files_are_left_to_a_converge(lab, hosts):
    hosts.run("mn-app", "echo a > /etc/managed; sha256sum /etc/managed > /var/lib/sanso/manifest/base.sha256")
    lab.record_state()
    for command in ("echo b > /etc/managed", "rm /etc/managed"):
        hosts.run("mn-app", command)
        (drift,) = lab.drift()
        assert (drift.host, drift.kind, drift.detail) == (
            "mn-app", DriftKind.FILES, "/etc/managed was changed or removed",
        )  # fmt: skip
        assert lab.repair([drift]) == (drift,)
    hosts.run("mn-app", "rm /var/lib/sanso/manifest/base.sha256")
    (drift,) = lab.drift()
    assert "manifest base.sha256" in drift.detail
    lab.record_state()


def test_a_port_that_the_plan_does_not_have(engine, lab):
    engine.run_helper(
        lab,
        argv=[
            "sh",
            "-c",
            "ip link add spy type veth peer name spy2 && ip link set spy master mn && ip link set spy up",
        ],
        capabilities=["NET_ADMIN"],
    )
    drifts = lab.wiring_drift()
    assert any("foreign port spy on mn" in drift.detail for drift in drifts)
    lab.repair(drifts)
