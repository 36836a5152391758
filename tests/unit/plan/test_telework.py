"""What telework adds to a base network: the tunnel as a segment, the ways through it and below it, and who may use them."""

from datetime import date
from ipaddress import ip_address
from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.errors import LabError
from lab.pki import terminals
from lab.plan import Family, Kind, build, flow_route, partners, route, trail
from lab.scenario import load

ROOT = Path(__file__).parents[3]
V4, V6 = Family.IPV4, Family.IPV6
INTO = ("tele-term.ipsec0/from", "vpn-gw.ipsec0/to")


def planned(name):
    return build(load(ROOT / "scenarios" / f"{name}.yaml", as_of=date(2026, 11, 23)), load_catalogue(), "t")


@pytest.fixture(scope="module")
def plan():
    return planned("telework")


def flow(plan, name):
    return next(one for one in plan.allowed if one.id == name)


def test_base_network_is_left_as_it_is(plan):
    base = planned("minimal")
    touched = {"fw-mn", "fw-lg", "fw-in", "log"}  # a leg, routes
    for host in base.hosts:
        if host.name not in touched:
            assert plan.host(host.name) == host
    assert {one.id for one in base.allowed} < {one.id for one in plan.allowed}


def test_the_pool_has_no_cable(plan):
    (pool,) = (segment for segment in plan.segments if segment.tunnel)
    assert pool.name == "ipsec0"
    for name in ("tele-term", "vpn-gw"):
        host = plan.host(name)
        (tunnel,) = (leg for leg in host.legs if leg.tunnel)
        assert tunnel.segment == pool.name
        assert tunnel.mac == ""
        assert tunnel not in host.cables
        assert all(one.leg != pool.name for one in host.fixed_routes)
    assert [str(one) for one in plan.host("tele-term").legs[0].addresses] == [
        "10.99.0.20/32",
        "fd53:616e:736f:99::20/128",
    ]


def test_terminal_gets_its_address_at_home(plan):
    home = next(leg for leg in plan.host("tele-term").legs if leg.segment == "home")
    assert home.dynamic
    assert plan.host("tele-term").fixed_routes == ()
    assert plan.host("tele-term").sysctls["net.ipv6.conf.default.accept_ra"] == "1"
    assert not any(leg.dynamic for leg in plan.host("home-router").legs)


@pytest.mark.parametrize("family", [V4, V6])
@pytest.mark.parametrize("target", ["mn-app", "lg-app", "in-app", "www", "log", "juki-net"])
def test_everything_goes_into_the_tunnel(plan, target, family):
    assert route(plan, "tele-term", target, family)[:2] == INTO


def test_ike_goes_below_the_tunnel(plan):
    way = flow_route(plan, flow(plan, "I04/tele-term/udp-500"), V4)
    assert way[0] == "tele-term.home/from"
    assert way[-1] == "vpn-gw.internet/to"
    assert all("ipsec0" not in port for port in way)


@pytest.mark.parametrize("family", [V4, V6])
def test_the_pool_is_reached_by_its_gateway_alone(plan, family):
    way = route(plan, "mn-app", "tele-term", family)
    assert way[-4:] == ("fw-lg.vpnz/from", "vpn-gw.vpnz/to", "vpn-gw.ipsec0/from", "tele-term.ipsec0/to")
    assert route(plan, "screen-gw", "tele-term", family)[:2] == ("screen-gw.vpnz/from", "vpn-gw.vpnz/to")
    pool = plan.host("tele-term").address(family)
    assert trail(plan, "www", pool)[-1] == "isp.internet/to"  # the Internet knows no way to it
    with pytest.raises(LabError, match="isp has no route"):
        route(plan, "www", "tele-term", family)


def test_outside_knows_no_private_network(plan):
    for name in ("isp", "www", "home-router"):
        for one in plan.host(name).routes:
            assert one.destination.prefixlen == 0 or str(one.destination) == "2001:db8:300::/64", (name, one)


def test_from_the_pool_one_port_is_open(plan):
    inside = [one for one in plan.allowed if one.source == "tele-term" and not one.anyone]
    assert [(one.id, one.destination, one.port) for one in inside] == [("F18/tele-term/screen-gw", "screen-gw", 3389)]
    assert [one.source for one in plan.allowed if one.destination == "tele-term"] == []


def test_terminal_knows_the_screen_gateway_by_name_and_nobody_else(plan):
    assert [(address, host.name) for address, host in partners(plan, plan.host("tele-term"))] == [
        ("10.60.0.10", "screen-gw"),
        ("fd53:616e:736f:60::10", "screen-gw"),
    ]
    assert partners(plan, plan.host("vpn-gw")) == []
    assert partners(plan, plan.host("lg-desk")) == []


def test_the_vpn_gateway_is_a_border(plan):
    gateway = plan.host("vpn-gw")
    assert gateway.kind is Kind.ROUTER
    assert "firewall" in gateway.roles
    assert [leg.segment for leg in gateway.cables] == ["vpnz", "internet", "mgmt"]


def test_without_ipv6(tmp_path):
    text = (ROOT / "scenarios" / "telework.yaml").read_text(encoding="utf-8")
    (tmp_path / "four.yaml").write_text(f"ipv6: off\n{text}", encoding="utf-8")
    plan = build(load(tmp_path / "four.yaml"), load_catalogue(), "t")
    assert str(plan.host("tele-term").address(V4)) == "10.99.0.20"
    assert route(plan, "tele-term", "screen-gw", V4)[:2] == INTO
    assert all(one.destination.version == 4 for host in plan.hosts for one in host.routes)


def test_on_the_whole_network(tmp_path):
    text = (ROOT / "scenarios" / "wired.yaml").read_text(encoding="utf-8")
    (tmp_path / "all.yaml").write_text(f"paths: {{telework: [lg]}}\n{text}", encoding="utf-8")
    plan = build(load(tmp_path / "all.yaml"), load_catalogue(), "t")
    assert route(plan, "tele-term", "screen-gw", V4)[:2] == INTO
    assert trail(plan, "mn-app", ip_address("198.18.0.1"))[-1] == "sc-proxy.sc/to"  # as before: it doesn't forward
    for one in plan.allowed:
        for family in one.families:
            assert flow_route(plan, one, family)


MORE = """vpn: {pool: [10.61.0.0/24, "fd53:616e:736f:61::/64"]}
hosts: {add: {tele-02: {zone: pool, function: telework-terminal, number: 22, class: lg}}}
"""


def test_a_second_terminal_and_a_pool_of_ones_own(tmp_path):
    text = (ROOT / "scenarios" / "telework.yaml").read_text(encoding="utf-8")
    (tmp_path / "two.yaml").write_text(text + MORE, encoding="utf-8")
    plan = build(load(tmp_path / "two.yaml"), load_catalogue(), "t")
    assert str(plan.host("tele-term").address(V4)) == "10.61.0.20"
    assert str(plan.host("tele-02").address(V6)) == "fd53:616e:736f:61::22"
    assert plan.host("tele-02").roles == plan.host("tele-term").roles
    assert route(plan, "tele-02", "screen-gw", V4)[:2] == ("tele-02.ipsec0/from", "vpn-gw.ipsec0/to")
    ends = {one.source: one.destination for one in plan.allowed if one.application == "rdp"}
    assert ends == {"tele-term": "screen-gw", "tele-02": "screen-gw", "screen-gw": "lg-desk"}
    assert {(one.host, one.class_) for one in terminals(plan)} == {("tele-term", "lg"), ("tele-02", "lg")}
