"""What wireless LAN adds to a plan, and to nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import catalogue, pki, scenario
from lab.plan import Family, Image, Kind, Plan, build, flow_route
from lab.verdict.register.expected import entries
from lab.verdict.ruleset.fields import Field
from lab.verdict.ruleset.literals import mac


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    file = tmp_path / "wlan.yaml"
    file.write_text("edition: R8.3\nmodel: alpha\npaths: {wlan: [lg, mn]}\n")
    return build(scenario.load(file), catalogue.load(), "w")


def test_hosts_on_the_air_are_no_containers(plan: Plan):
    assert plan.air is not None
    assert [host.name for host in plan.air.hosts] == [
        "ap",
        "sta-lg",
        "sta-mn",
        "sta-rogue",
        "evil-ap",
        "attacker",
        "sensor",
        "air",
    ]
    assert not {host.name for host in plan.air.hosts} & {host.name for host in plan.hosts}
    assert plan.on_air("sta-lg") is plan.air.hosts[1]
    assert plan.on_air("lg-term") is None


def test_container_of_the_guest_has_cables_without_an_address(plan: Plan):
    radio = plan.host("radio")
    assert radio.kind is Kind.BRIDGE
    assert [(leg.segment, leg.addresses) for leg in radio.legs] == [("mgmt", ()), ("lg", ()), ("mn", ())]
    assert (radio.image, radio.devices, radio.capabilities, radio.routes) == (
        Image.RADIO, ("/dev/net/tun",), ("NET_ADMIN",), (),
    )  # fmt: skip
    assert not [flow for flow in plan.allowed if "radio" in {flow.source, flow.destination}]


def test_networks_and_stations_are_those_of_the_chosen_zones(plan: Plan):
    assert plan.air is not None
    assert [(one.name, one.segment, one.staff) for one in plan.air.ssids] == [
        ("sanso-lg", "lg", True), ("sanso-mn", "mn", True),
    ]  # fmt: skip
    station = plan.on_air("sta-mn")
    assert station is not None
    assert str(station.address(Family.IPV4)) == "10.10.0.61"
    assert station.ssid == "sanso-mn"


def test_access_point_asks_both_authentication_servers(plan: Plan):
    assert {flow.id for flow in plan.every_flow if flow.source == "ap" and flow.application == "radius"} == {
        "F25/ap/radius/udp-1812", "F25/ap/radius/udp-1813", "F25/ap/radius-2/udp-1812", "F25/ap/radius-2/udp-1813",
    }  # fmt: skip
    assert not [flow for flow in plan.allowed if flow.source == "ap"]


def test_stations_are_terminals_of_their_zones_class(plan: Plan):
    assert [(one.identity, one.class_) for one in pki.terminals(plan)] == [
        ("sta-lg@sanso.test", "lg"), ("sta-mn@sanso.test", "mn"),
    ]  # fmt: skip


def test_scenario_without_wireless_has_nothing_of_it(tmp_path: Path):
    file = tmp_path / "wired.yaml"
    file.write_text("edition: R8.3\nmodel: alpha\n")
    wired = build(scenario.load(file), catalogue.load(), "w")
    assert wired.air is None
    assert Image.RADIO not in wired.images
    assert wired.every_flow == wired.allowed


def test_networks_are_called_what_the_scenario_says(tmp_path: Path):
    file = tmp_path / "wlan.yaml"
    text = "edition: R8.3\nmodel: alpha\npaths: {wlan: [lg, mn]}\nwlan: {lg: {ssid: office, security: enterprise, pmf: required}}\n"
    file.write_text(text)
    plan = build(scenario.load(file), catalogue.load(), "w")
    assert plan.air is not None
    assert [(one.name, one.zone) for one in plan.air.ssids] == [("office", "lg"), ("sanso-mn", "mn")]
    assert [host.ssid for host in plan.air.hosts if host.function == "station"] == ["office", "sanso-mn"]


def test_mode_of_192_bits_is_the_networks_own_and_its_control_is_due(tmp_path: Path):
    file = tmp_path / "wlan.yaml"
    text = "edition: R8.3\nmodel: alpha\npaths: {wlan: [lg, mn]}\nwlan: {mn: {security: enterprise-192, cipher: GCMP-256}}\n"
    file.write_text(text)
    strong = scenario.load(file)
    plan = build(strong, catalogue.load(), "w")
    assert plan.air is not None
    assert [(one.zone, one.suite_b) for one in plan.air.ssids] == [("lg", False), ("mn", True)]
    assert "WLAN-19" in plan.controls_due
    usual = build(scenario.load(Path("scenarios/wlan.yaml")), catalogue.load(), "w")
    assert "WLAN-19" not in usual.controls_due


@pytest.fixture(scope="module")
def whole() -> Plan:
    return build(scenario.load(Path("scenarios/alpha.yaml")), catalogue.load(), "a")


def test_way_of_a_station_begins_at_the_port_that_its_network_is_bridged_to(whole: Plan):
    flows = {flow.id: flow_route(whole, flow, Family.IPV6) for flow in whole.every_flow}
    assert flows["F24/sta-guest/www/tcp"] == (
        "radio.guest/from", "guest-router.guest/to", "guest-router.internet/from", "www.internet/to",
    )  # fmt: skip
    assert flows["F21/sta-lg/lg-app"] == ("radio.lg/from", "lg-app.lg/to")


def test_router_of_visitors_is_asked_to_open_what_a_station_may_and_sees_its_own_card(whole: Plan):
    mine = [one for one in entries(whole, "guest-router") if one.flow.source == "sta-guest"]
    assert {(one.hook, one.flow.destination) for one in mine} == {
        ("forward", "www"), ("forward", "govcloud-pub"), ("forward", "dns"),
    }  # fmt: skip
    assert whole.air is not None
    station = whole.on_air("sta-guest")
    assert station is not None
    for one in mine:
        assert one.direct_mac == mac(station.mac)
        assert list(one.first[Field.ETHER_SADDR]) == [mac(station.mac)]


def test_cable_of_the_access_point_is_known_by_its_own_card(whole: Plan):
    point = whole.on_air("ap")
    assert point is not None
    (asked,) = [one for one in entries(whole, "fw-mn") if one.flow.source == "ap" and one.family is Family.IPV4]
    assert (asked.hook, asked.direct_mac) == ("input", mac(point.legs[0].mac))
