from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from lab.converge import tree
from lab.converge.overlays import ROLES
from lab.converge.variables import variables
from lab.plan import Plan

DEFAULTS = yaml.safe_load((ROLES / "firewall" / "defaults" / "main.yml").read_text())
BASE = {
    "firewall__host": "fw",
    "firewall__flows": [],
    "firewall__inputs": [],
    "firewall__bindings": [],
    "firewall__log_group": 5,
    "firewall__impossible_sources": DEFAULTS["firewall__impossible_sources"],
}
FLOW = {
    "id": "T-1", "family": "ipv4", "iif": "a", "oif": "b", "source": "192.0.2.1", "destination": "192.0.2.129",
    "protocol": "tcp", "port": 443, "macs": [],
}  # fmt: skip

SIDES = '"juki-net" . "mn", "mgmt" . "mn", "mn" . "juki-net", "mn" . "mgmt"'
KINDS = (
    "icmp type { destination-unreachable, time-exceeded, parameter-problem }",
    "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem }",
)
ERRORS = 'comment "errors about return traffic"'


def _rendered(values: dict) -> str:
    files = {managed.path: managed for managed in tree.render(ROLES / "firewall", BASE | values)}
    return files["/etc/nftables.conf"].file.content.decode()


def _ruleset(plan: Plan, host: str) -> str:
    found = variables(plan, plan.host(host), Path("/keys"))
    return _rendered({name: value for name, value in found.items() if name.startswith("firewall__")})


def _log(what: str, counter: str) -> str:
    return f'log prefix "sanso {what} " group 5 counter name {counter}'


def _chain(text: str, name: str) -> list[str]:
    """The rules of a chain, comments and blank lines left out."""
    body = re.search(rf"chain {name} \{{\n(.*?)\n    \}}", text, re.DOTALL)[1]
    lines = [line.strip() for line in body.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _at(rules: list[str], part: str) -> int:
    (found,) = (number for number, rule in enumerate(rules) if part in rule)
    return found


@pytest.mark.parametrize("host", ["fw-mn", "fw-lg", "fw-in"])
@pytest.mark.parametrize("chain", ["forward", "input"])
def test_a_chain_starts_closed_and_ends_logged_and_counted(plan: Plan, host: str, chain: str):
    rules = _chain(_ruleset(plan, host), chain)
    assert rules[0] == f"type filter hook {chain} priority filter; policy drop;"
    assert (
        rules[-1] == f'log prefix "sanso deny {chain} " group 5 counter name denied_{chain} drop comment "default-deny"'
    )


def test_the_accepts_of_fw_mn_are_these_and_no_others(plan: Plan):
    accepts = [
        rule for rule in _chain(_ruleset(plan, "fw-mn"), "forward") if rule.split(" comment")[0].endswith("accept")
    ]
    net = "fd53:616e:736f"
    assert accepts == [
        'ct state established accept comment "return traffic"',
        *(f"ct state related iifname . oifname {{ {SIDES} }} {which} accept {ERRORS}" for which in KINDS),
        *(
            f'iifname "mn" oifname "juki-net" {ends} tcp dport 443 ct state new accept comment "TK-01"'
            for ends in ("ip saddr 10.10.0.10 ip daddr 10.11.1.10", f"ip6 saddr {net}:10::10 ip6 daddr {net}:11::10")
        ),
        *(
            f'iifname "mn" oifname "mgmt" {rest} tcp dport 6514 ct state new accept comment "I01/{name}"'
            for name, last in (("mn-app", 10), ("mn-dns", 53), ("mn-term", 20))
            for rest in (
                f"ip saddr 10.10.0.{last} ip daddr 10.90.0.10",
                f"ip6 saddr {net}:10::{last} ip6 daddr {net}:90::10",
            )
        ),
    ]


@pytest.mark.parametrize("host", ["fw-mn", "fw-lg", "fw-in"])
def test_nothing_comes_in_but_itself_answers_neighbour_discovery_and_its_zones_clock(plan: Plan, host: str):
    accepts = [rule for rule in _chain(_ruleset(plan, host), "input") if " accept" in rule]
    clocks = [rule for rule in accepts if 'comment "F28-T/' in rule]
    assert all("udp dport 123 ct state new accept" in rule for rule in clocks)
    assert [rule for rule in accepts if rule not in clocks] == [
        'iifname "lo" accept comment "itself"',
        'ct state established accept comment "return traffic"',
        *(f"ct state related {which} accept {ERRORS}" for which in KINDS),
        'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept comment "neighbour discovery"',
    ]


def test_cards_are_checked_before_anything_established(plan: Plan):
    rules = _chain(_ruleset(plan, "fw-mn"), "forward")
    established = _at(rules, "ct state established")
    checks = [number for number, rule in enumerate(rules) if "ether saddr" in rule]
    assert len(checks) == 6
    assert max(checks) < established
    assert all('comment "TK-01 mac"' in rules[number] and " drop " in rules[number] for number in checks)


def test_both_directions_and_errors_of_a_limited_flow_are_bound_to_cards(plan: Plan):
    rules = _chain(_ruleset(plan, "fw-mn"), "forward")
    here, there = plan.host("mn-app").legs[0].mac, plan.host("juki-net").legs[0].mac
    assert _at(rules, f'iifname "mn" ip saddr 10.10.0.10 ip daddr 10.11.1.10 tcp dport 443 ether saddr != {here} ') >= 0
    assert (
        _at(rules, f'iifname "juki-net" ip saddr 10.11.1.10 ip daddr 10.10.0.10 tcp sport 443 ether saddr != {there} ')
        >= 0
    )
    assert _at(rules, "ct state related ct original ip saddr 10.10.0.10 ct original ip daddr 10.11.1.10 "
                      f"ether saddr != {{ {here}, {there} }} ") >= 0  # fmt: skip


def test_a_device_without_limited_flows_checks_no_cards(plan: Plan):
    assert "ether" not in _ruleset(plan, "fw-lg")


@pytest.mark.parametrize("host", ["fw-mn", "fw-lg", "fw-in"])
def test_sources_are_checked_before_connection_tracking_and_denials_are_logged(plan: Plan, host: str):
    source, spoof = _log("source", "impossible_source"), _log("spoof", "spoofed")
    assert _chain(_ruleset(plan, host), "anti_spoofing") == [
        "type filter hook prerouting priority raw; policy accept;",
        f'iifname != "lo" ip saddr @impossible4 {source} drop comment "impossible source"',
        f'iifname != "lo" ip6 saddr @impossible6 {source} drop comment "impossible source"',
        f'ip6 saddr :: ip6 daddr != ff02::/16 {source} drop comment "unspecified source"',
        f'ip6 saddr fe80::/10 fib daddr type unicast {source} drop comment "link-local source"',
        f'iifname != "lo" fib saddr type {{ local, broadcast, multicast }} {spoof} drop comment "own source"',
        f'fib saddr . iif oif missing {spoof} drop comment "anti-spoofing"',
    ]


@pytest.mark.parametrize("host", ["fw-mn", "fw-lg", "fw-in"])
def test_options_and_routing_headers_are_dropped_before_connection_tracking(plan: Plan, host: str):
    assert _chain(_ruleset(plan, host), "options") == [
        "type filter hook prerouting priority raw; policy accept;",
        f'ip hdrlength > 5 {_log("options", "options")} drop comment "IPv4 options"',
        f'exthdr rt exists {_log("options", "options")} drop comment "routing header"',
    ]


@pytest.mark.parametrize("chain", ["forward", "input"])
def test_what_is_no_beginning_of_a_connection_is_reset_before_any_accept_of_new_ones(plan: Plan, chain: str):
    rules = _chain(_ruleset(plan, "fw-mn"), chain)
    wanted = f'{_log(f"invalid {chain}", "invalid")} reject with tcp reset comment "not a beginning"'
    place = rules.index(f"ct state new tcp flags & (fin | syn | rst | ack) != syn {wanted}")
    assert all("ct state new accept" not in rule for rule in rules[:place])


@pytest.mark.parametrize("host", ["fw-mn", "fw-lg", "fw-in"])
def test_the_file_replaces_the_rules_in_one_transaction_and_names_interfaces_by_name(plan: Plan, host: str):
    text = _ruleset(plan, host)
    statements = [line for line in text.splitlines() if line and not line.startswith(("#", " ", "}"))]
    assert statements == ["flush ruleset", "table inet sanso {"]
    assert not re.search(r"\b[io]if \"", text)


@pytest.mark.parametrize("host", ["fw-mn", "fw-lg", "fw-in"])
def test_every_logged_packet_is_counted_and_dropped(plan: Plan, host: str):
    text = _ruleset(plan, host)
    logged = [line for line in text.splitlines() if " log prefix " in line]
    assert logged
    assert all(re.search(r"group 5 counter name (\w+) (drop|reject with tcp reset) comment", line) for line in logged)
    used = set(re.findall(r"counter name (\w+)", text))
    assert used <= set(re.findall(r"^    counter (\w+) \{", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            {},
            'iifname "a" oifname "b" ip saddr 192.0.2.1 ip daddr 192.0.2.129 tcp dport 443 ct state new accept comment "T-1"',
        ),
        ({"protocol": "udp", "port": 53}, "udp dport 53 ct state new accept"),
        ({"protocol": "tcp", "port": None}, "meta l4proto tcp ct state new accept"),
        ({"protocol": "icmp", "port": None}, "icmp type echo-request ct state new accept"),
        (
            {"protocol": "icmp", "port": None, "family": "ipv6", "source": "2001:db8::1", "destination": "2001:db8::2"},
            "ip6 saddr 2001:db8::1 ip6 daddr 2001:db8::2 icmpv6 type echo-request ct state new accept",
        ),
    ],
)
def test_every_kind_of_flow_has_its_match(change: dict, wanted: str):
    assert wanted in _rendered({"firewall__flows": [FLOW | change]})


def test_a_flow_to_the_device_itself_has_no_way_out():
    rules = _chain(_rendered({"firewall__inputs": [FLOW | {"oif": ""}]}), "input")
    assert (
        rules[-2]
        == 'iifname "a" ip saddr 192.0.2.1 ip daddr 192.0.2.129 tcp dport 443 ct state new accept comment "T-1"'
    )
