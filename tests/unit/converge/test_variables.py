from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.converge.interface import check_names, options
from lab.converge.overlays import ROLES
from lab.converge.variables import variables
from lab.errors import LabError
from lab.pki import ensure
from lab.plan import Plan, build

KEYS = Path("/keys")


def _of(plan: Plan, host: str) -> dict:
    return variables(plan, plan.host(host), KEYS)


def _rule(rules: list[dict], flow: str, family: str) -> dict:
    (found,) = (rule for rule in rules if (rule["id"], rule["family"]) == (flow, family))
    return found


def test_every_role_of_every_host_gets_variables_it_knows(plan: Plan):
    for host in plan.hosts:
        found = _of(plan, host.name)
        for role in host.roles:
            check_names(ROLES / role, [name for name in found if name.startswith(f"{role}__")])


def test_what_a_role_requires_the_plan_gives(plan: Plan):
    import yaml

    for host in plan.hosts:
        found = _of(plan, host.name)
        for role in host.roles:
            spec = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text())
            options = spec["argument_specs"]["main"]["options"]
            missing = {name for name, option in options.items() if option.get("required")} - set(found)
            assert not missing, (host.name, missing)


def test_a_flow_crosses_with_the_interfaces_of_its_way(plan: Plan):
    rule = _rule(_of(plan, "fw-mn")["firewall__flows"], "TK-01", "ipv4")
    assert rule == {
        "id": "TK-01", "family": "ipv4", "iif": "mn", "oif": "juki-net", "source": "10.10.0.10",
        "destination": "10.11.1.10", "protocol": "tcp", "port": 443,
        "macs": [plan.host("mn-app").legs[0].mac, plan.host("juki-net").legs[0].mac],
    }  # fmt: skip


def test_every_family_has_its_own_rule(plan: Plan):
    rule = _rule(_of(plan, "fw-lg")["firewall__flows"], "I01/lg-term", "ipv6")
    assert (rule["source"], rule["destination"]) == ("fd53:616e:736f:20::20", "fd53:616e:736f:90::10")


def test_what_starts_at_the_device_or_stays_in_a_segment_needs_no_rule(plan: Plan):
    ids = {rule["id"] for name in ("fw-mn", "fw-lg", "fw-in") for rule in _of(plan, name)["firewall__flows"]}
    assert not any(flow in ids for flow in ("I01/fw-mn", "F01/mn-term/mn-app"))
    into = {
        rule["id"].split("/")[0] for name in ("fw-mn", "fw-lg", "fw-in") for rule in _of(plan, name)["firewall__inputs"]
    }
    assert into == {"F28-T"}


def test_a_firewall_answers_the_time_at_the_address_on_the_askers_own_segment(plan: Plan):
    inputs = _of(plan, "fw-mn")["firewall__inputs"]
    near = _rule(inputs, "F28-T/mn-term/fw-mn", "ipv4")
    store = _rule(inputs, "F28-T/log/fw-mn", "ipv6")
    assert (near["iif"], near["oif"], near["destination"], near["port"]) == ("mn", "", "10.10.0.1", 123)
    assert (store["iif"], store["destination"]) == ("mgmt", "fd53:616e:736f:90::1")
    assert not [rule for rule in _of(plan, "fw-lg")["firewall__inputs"] if rule["iif"] != "lg"]


def test_clocks_hang_on_their_own_firewall_alone(plan: Plan):
    assert _of(plan, "lg-app")["time_client__source"] == "10.20.0.1"
    assert _of(plan, "log")["time_client__source"] == "10.90.0.1"
    assert _of(plan, "fw-lg")["time_server__clients"] == ["10.20.0.0/24", "fd53:616e:736f:20::/64"]
    assert "time_client__source" not in _of(plan, "juki-net")
    with pytest.raises(LabError, match="mn-term has the role time_client but no flow to a time source"):
        _of(plan.model_copy(update={"allowed": [f for f in plan.allowed if f.application != "ntp"]}), "mn-term")


def test_no_device_but_the_one_on_the_way_opens_for_a_flow(plan: Plan):
    assert "TK-01" not in {rule["id"] for name in ("fw-lg", "fw-in") for rule in _of(plan, name)["firewall__flows"]}


def test_a_flow_over_two_devices_opens_both_with_their_own_interfaces(plan: Plan):
    flow = next(f for f in plan.allowed if f.id == "TK-01").model_copy(
        update={"id": "X-1", "source": "lg-term", "destination": "mn-app", "mac": False}
    )
    wider = plan.model_copy(update={"allowed": (*plan.allowed, flow)})
    ways = {
        name: (rule["iif"], rule["oif"])
        for name in ("fw-mn", "fw-lg")
        for rule in [_rule(_of(wider, name)["firewall__flows"], "X-1", "ipv4")]
    }
    assert ways == {"fw-lg": ("lg", "x-ml"), "fw-mn": ("x-ml", "mn")}


def test_a_flow_to_the_device_itself_goes_to_its_input(plan: Plan):
    flow = next(f for f in plan.allowed if f.id == "F01/mn-term/mn-app").model_copy(
        update={"id": "X-2", "destination": "fw-mn"}
    )
    wider = plan.model_copy(update={"allowed": (*plan.allowed, flow)})
    rule = _rule(_of(wider, "fw-mn")["firewall__inputs"], "X-2", "ipv4")
    assert (rule["iif"], rule["oif"], rule["destination"]) == ("mn", "", "10.10.0.1")


def test_both_ends_of_a_mac_limited_flow_are_bound_in_both_families(plan: Plan):
    ends = _of(plan, "fw-mn")["firewall__bindings"]
    assert [(end["family"], end["iif"], end["side"], end["source"], end["mac"]) for end in ends] == [
        ("ipv4", "mn", "dport", "10.10.0.10", plan.host("mn-app").legs[0].mac),
        ("ipv4", "juki-net", "sport", "10.11.1.10", plan.host("juki-net").legs[0].mac),
        ("ipv6", "mn", "dport", "fd53:616e:736f:10::10", plan.host("mn-app").legs[0].mac),
        ("ipv6", "juki-net", "sport", "fd53:616e:736f:11::10", plan.host("juki-net").legs[0].mac),
    ]


def test_a_resolver_knows_its_own_zone_alone(plan: Plan):
    found = _of(plan, "mn-dns")
    assert found["resolver__domain"] == "mn.sanso.test"
    assert {record["name"] for record in found["resolver__records"]} == {
        "mn-app.mn.sanso.test", "mn-dns.mn.sanso.test", "mn-term.mn.sanso.test",
    }  # fmt: skip
    assert found["resolver__clients"] == ["10.10.0.0/24", "fd53:616e:736f:10::/64"]
    assert found["resolver__listen"] == ["10.10.0.53", "fd53:616e:736f:10::53"]


def test_the_log_store_knows_its_senders_and_nobody_else(plan: Plan):
    clients = {client["host"]: client for client in _of(plan, "log")["log_server__clients"]}
    assert "juki-net" not in clients
    assert "log" not in clients
    assert "10.90.0.1" in clients["fw-mn"]["addresses"]


def test_certificates_are_where_the_pki_puts_them(plan: Plan, tmp_path: Path):
    pki = ensure(plan, tmp_path / "pki")
    for host in plan.hosts:
        for name, value in variables(plan, host, pki.directory).items():
            if name.endswith(("ca_file", "certificate_file", "key_file")):
                assert Path(value).is_file(), (host.name, name)


def test_a_lab_without_ipv6_opens_nothing_in_ipv6(plan: Plan):
    narrow = plan.model_copy(update={"families": plan.families[:1]})
    rules = _of(narrow, "fw-mn")["firewall__flows"]
    assert {rule["family"] for rule in rules} == {"ipv4"}


def test_a_host_that_shall_log_but_may_not_is_an_error(plan: Plan):
    with pytest.raises(LabError, match="mn-term has the role log_client but no flow to a log store"):
        _of(plan.model_copy(update={"allowed": ()}), "mn-term")


def test_a_scenario_date_changes_nothing_here(plan: Plan):
    loaded = scenario.load(Path(__file__).parents[3] / "scenarios" / "minimal.yaml", as_of=date(2026, 5, 1))
    other = build(loaded, catalogue.load(), "unit")
    assert [_of(other, host.name) for host in other.hosts] == [_of(plan, host.name) for host in plan.hosts]


def test_names_of_a_role_come_from_its_spec():
    assert "web_app__port" in options(ROLES / "web_app")
