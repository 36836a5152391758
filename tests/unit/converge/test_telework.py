"""What the roles of the telework path are told, and what comes of it in their files."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab import catalogue, scenario
from lab.catalogue import Algorithms
from lab.converge import tree
from lab.converge.overlays import ROLES
from lab.converge.variables import variables
from lab.plan import Plan, Window, build
from lab.scenario.weak import CONNECTIONS, weaknesses

PROJECT = Path(__file__).parents[3]
IKE = catalogue.load().crypto.ike


@pytest.fixture(scope="module")
def plan() -> Plan:
    loaded = scenario.load(PROJECT / "scenarios" / "telework.yaml", as_of=date(2026, 4, 1))
    return build(loaded, catalogue.load(), "unit")


def _of(plan: Plan, host: str, role: str) -> dict[str, Any]:
    found = variables(plan, plan.host(host), Path("/keys"))
    defaults = yaml.safe_load((ROLES / role / "defaults/main.yml").read_text(encoding="utf-8"))
    return defaults | {name: value for name, value in found.items() if name.startswith(f"{role}__")}


def _files(plan: Plan, host: str, role: str) -> dict[str, str]:
    read = {"radius_server__register": []}  # from a file, which is made with the keys
    return {one.path: one.file.content.decode() for one in tree.render(ROLES / role, _of(plan, host, role) | read)}


def test_every_required_variable_is_given(plan: Plan):
    for host, role in (("tele-term", "telework_terminal"), ("vpn-gw", "vpn_gateway"), ("home-router", "home_router")):
        spec = yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text(encoding="utf-8"))
        options = spec["argument_specs"]["main"]["options"]
        assert set(_of(plan, host, role)) == set(options)


def test_the_home_gives_the_terminal_its_planned_addresses(plan: Plan):
    text = _files(plan, "home-router", "home_router")["/etc/dnsmasq.conf"]
    (leg,) = (leg for leg in plan.host("tele-term").legs if leg.dynamic)
    assert f"dhcp-host={leg.mac},192.168.1.20,[2001:db8:300::20]\n" in text
    assert "dhcp-range=192.168.1.100,192.168.1.199,255.255.255.0,600\n" in text
    assert "server=203.0.113.53\n" in text


def test_the_gateway_has_no_identity_beside_that_of_ike_and_no_open_list(plan: Plan):
    files = _files(plan, "vpn-gw", "vpn_gateway")
    lines = [line.strip() for line in files["/etc/swanctl/swanctl.conf"].splitlines()]
    assert not [line for line in lines if line.startswith("eap_id")]
    assert "pools = radius" in lines
    assert "include /etc/sanso/vpn_gateway/radius.conf" in files["/etc/strongswan.conf"]
    assert "interfaces_use = internet" in files["/etc/strongswan.conf"]


def test_the_terminal_tunnels_everything_and_asks_nobody_for_the_gateway(plan: Plan):
    lines = [
        line.strip()
        for line in _files(plan, "tele-term", "telework_terminal")["/etc/swanctl/swanctl.conf"].splitlines()
    ]
    for wanted in (
        "remote_ts = 0.0.0.0/0, ::/0", "vips = 0.0.0.0, ::", "remote_addrs = 203.0.113.40, 2001:db8:113::40",
        "id = tele-01@sanso.test", "id = vpn-gw.vpnz.sanso.test", "aaa_id = radius.mgmt.sanso.test", "version = 2",
    ):  # fmt: skip
        assert wanted in lines


def test_the_kill_switch_lets_out_marked_packets_to_the_gateway_alone(plan: Plan):
    files = _files(plan, "tele-term", "telework_terminal")
    for path in ("/etc/nftables.conf", "/etc/nftables-devices.conf"):
        opened = [line for line in files[path].splitlines() if "accept" in line and "dport { 500, 4500 }" in line]
        assert len(opened) == 2
        assert all(
            "meta mark 0x2a" in line and ("203.0.113.40" in line or "2001:db8:113::40" in line) for line in opened
        )
        assert files[path].count("policy accept") == 0


@pytest.mark.parametrize(("host", "role"), [("tele-term", "telework_terminal"), ("vpn-gw", "vpn_gateway")])
def test_every_algorithm_is_one_of_the_baseline(plan: Plan, host: str, role: str):
    own = _of(plan, host, role)
    for proposal in own[f"{role}__ike_proposals"]:
        cipher, prf, group = proposal.split("-")
        assert _allowed(cipher, IKE.encryption)
        assert _allowed(prf, IKE.prf)
        assert _allowed(group, IKE.groups)
    for proposal in own[f"{role}__esp_proposals"]:
        cipher, group = proposal.split("-")
        assert _allowed(cipher, IKE.encryption)
        assert _allowed(group, IKE.groups)
    assert own[f"{role}__ike_rekey_seconds"] <= IKE.longest_ike_seconds
    assert own[f"{role}__esp_rekey_seconds"] < own[f"{role}__esp_life_seconds"] <= IKE.longest_esp_seconds


def _allowed(name: str, known: Algorithms) -> bool:
    return name in known.allowed and not any(fnmatch(name, pattern) for pattern in known.forbidden)


def test_the_terminal_is_sealed_and_nobody_else(plan: Plan):
    assert [host.name for host in plan.hosts if host.sealed] == ["tele-term"]


def test_radius_gives_each_terminal_its_own_address(plan: Plan):
    given = _of(plan, "radius", "radius_server")["radius_server__addresses"]
    assert given == [{"identity": "tele-01@sanso.test", "addresses": ["10.99.0.20", "fd53:616e:736f:99::20"]}]


def test_terminals_share_one_rule_for_ike(plan: Plan):
    """A source that nobody knows before is no difference between two flows."""
    rules = _of(plan, "vpn-gw", "firewall")["firewall__inputs"]
    entry = [(rule["family"], rule["port"]) for rule in rules if not rule["source"]]
    assert sorted(entry) == [("ipv4", 500), ("ipv4", 4500), ("ipv6", 500), ("ipv6", 4500)]


@pytest.mark.parametrize(("host", "role"), [("tele-term", "telework_terminal"), ("vpn-gw", "vpn_gateway")])
def test_what_the_load_asks_of_an_overlay_the_reference_keeps(plan: Plan, host: str, role: str):
    function = {"tele-term": "telework-terminal", "vpn-gw": "vpn-gateway"}[host]
    text = _files(plan, host, role)[CONNECTIONS]
    assert list(weaknesses(text, function, IKE, ipv6=True)) == []
    assert list(weaknesses(text.replace("ecp384", "modp1024"), function, IKE, ipv6=True))


def test_what_stands_in_the_place_of_critical_extensions(plan: Plan):
    """docs/decisions/0013: charon passes them over, so the terminal pins root and name, and RADIUS judges terminals."""
    for host, role in (("tele-term", "telework_terminal"), ("vpn-gw", "vpn_gateway")):
        assert "enforce_critical = no" in _files(plan, host, role)["/etc/strongswan.conf"]
    terminal = _files(plan, "tele-term", "telework_terminal")["/etc/swanctl/swanctl.conf"]
    assert "cacerts = root.pem" in terminal
    assert "id = vpn-gw.vpnz.sanso.test" in terminal
    assert "auth = eap-radius" in _files(plan, "vpn-gw", "vpn_gateway")["/etc/swanctl/swanctl.conf"]
    radius = ROLES / "radius_server/templates/tree/etc/sanso/radius_server/radiusd.conf.j2"
    assert "check_crl = yes" in radius.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def timed(plan: Plan) -> Plan:
    """The same where the class has hours, on two windows."""
    office = Window(days=("Mo", "Tu", "We", "Th", "Fr"), begin=510, end=1035)
    return plan.model_copy(update={"hours": {"lg": (office, Window(days=("Sa",), begin=540, end=1440))}})


def test_hours_are_the_gateways_and_their_last_minute_belongs_to_them(timed: Plan):
    (client,) = _of(timed, "radius", "radius_server")["radius_server__clients"]
    assert client["hours"] == [{"class": "lg", "times": "MoTuWeThFr0830-1714,Sa0900-2359"}]
    text = _files(timed, "radius", "radius_server")["/etc/sanso/radius_server/radiusd.conf"]
    assert '&Login-Time := "MoTuWeThFr0830-1714,Sa0900-2359"' in text
    assert "logintime {" in text


def test_without_hours_the_server_asks_for_none(plan: Plan):
    assert all("hours" not in client for client in _of(plan, "radius", "radius_server")["radius_server__clients"])
    text = _files(plan, "radius", "radius_server")["/etc/sanso/radius_server/radiusd.conf"]
    assert "logintime" not in text
    assert "Login-Time" not in text


def test_a_wireless_session_is_never_longer_for_the_sake_of_hours(timed: Plan):
    values = _of(timed, "radius", "radius_server") | {"radius_server__register": []}
    values["radius_server__networks"] = [{"ssid": "office-lg", "class": "lg", "segment": "lg", "suite_b": False}]
    files = {one.path: one.file.content.decode() for one in tree.render(ROLES / "radius_server", values)}
    text = files["/etc/sanso/radius_server/radiusd.conf"]
    assert "if (!&reply:Session-Timeout || &reply:Session-Timeout > 3600) {" in text


def test_the_server_judges_hours_in_japans_time(plan: Plan):
    lines = _files(plan, "radius", "radius_server")["/etc/sanso/radius_server/environment"].splitlines()
    assert "TZ=JST-9" in lines


def test_a_terminal_that_asks_anew_at_the_end_gets_no_more_time(timed: Plan):
    """The gateway tells it to ask some seconds before the end, and it asks some before that: by then nobody is let in."""
    early = [
        _of(timed, host, role)[f"{role}__ike_over_seconds"]
        for host, role in (("vpn-gw", "vpn_gateway"), ("tele-term", "telework_terminal"))
    ]
    assert sum(early) < _of(timed, "radius", "radius_server")["radius_server__least_session"]
