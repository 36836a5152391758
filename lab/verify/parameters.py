"""Test parameters come from the plan: zone pairs, devices, hosts, services. An empty set fails collection."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from lab.plan import Family, Host, Plan
from lab.verify.session import LabSession

# fixture name -> how its values are found; a test asks for the fixture and gets one run per value
NAMES = (
    "my_number_border", "lg_in_border", "peer_border", "other_border", "ipv6_border", "ipv6_registered", "host_without_ipv6",
    "family", "firewall", "my_number_firewall", "other_firewall", "ipv6_firewall", "tls_service", "registered", "mac_limited",
    "log_sender", "_lab_host",
)  # fmt: skip
SUITES = Path(__file__).resolve().parents[2] / "tests" / "controls"
MY_NUMBER, LGWAN_SIDE, INTERNET_SIDE = "mn", "lg", "in"


def parametrize(metafunc: pytest.Metafunc, session: LabSession, *, quick: bool) -> None:
    """Give every plan-driven fixture that the test asks for its values."""
    plan = session.plan
    wanted = [name for name in NAMES if name in metafunc.fixturenames]
    for name in wanted:
        values, ids = _values(name, plan, metafunc)
        if not values and SUITES in metafunc.definition.path.parents:
            # the lab's own suites serve every scenario; a due control that is left without a verdict is an error anyway
            metafunc.parametrize(name, [pytest.param(None, marks=pytest.mark.lab_absent)], ids=["none"])
            continue
        if not values:
            raise pytest.UsageError(
                f"{metafunc.function.__qualname__}: this plan has nothing for {name!r}, so it would test nothing"
            )
        metafunc.parametrize(name, values, ids=ids, indirect=name == "_lab_host")
    del quick


def _values(  # noqa: PLR0911 - one return per sort of parameter
    name: str, plan: Plan, metafunc: pytest.Metafunc
) -> tuple[Sequence[object], Sequence[str]]:
    if name == "family":
        return plan.families, [family.value for family in plan.families]
    if name.endswith("_border"):
        pairs = [pair for pair in zone_pairs(plan) if name in (_if_ipv6(plan), border_of(plan, *pair))]
        return pairs, [f"{source}-to-{target}" for source, target in pairs]
    if name.endswith("firewall"):
        names = _firewalls(plan, name)
        return names, names
    if name == "tls_service":
        services = [s for s in plan.services if s.application in ("https", "syslog-tls")]
        return services, [f"{s.host}-{s.port}" for s in services]
    if name == "host_without_ipv6":
        without = [] if Family.IPV6 in plan.families else [host.name for host in plan.hosts]
        return without, without
    if name in ("registered", "ipv6_registered"):
        entries = [flow for flow in plan.allowed if flow.origin == "register"]
        if name == "ipv6_registered":
            entries = [flow for flow in entries if Family.IPV6 in plan.families]
        return entries, [flow.id for flow in entries]
    if name == "log_sender":
        senders = [flow.source for flow in plan.allowed if flow.application == "syslog-tls"]
        return senders, senders
    if name == "mac_limited":
        entries = [flow for flow in plan.allowed if flow.mac]
        return entries, [flow.id for flow in entries]
    chosen = [host.name for host in hosts_for(plan, _selectors(metafunc))]
    return chosen, chosen


def _firewalls(plan: Plan, name: str) -> list[str]:
    """All of them, those with a leg in the My Number zone, those without; or all where the scenario has IPv6."""
    mine = {segment.name for segment in plan.segments if segment.zone == MY_NUMBER}
    found = [host for host in plan.hosts if "firewall" in host.roles]
    if name == "ipv6_firewall":
        return [host.name for host in found if Family.IPV6 in plan.families]
    if name == "firewall":
        return [host.name for host in found]
    return [
        host.name for host in found if bool(mine & {leg.segment for leg in host.legs}) == (name == "my_number_firewall")
    ]


def _if_ipv6(plan: Plan) -> str:
    """The name of the parameter that takes every pair of zones: none where the scenario switches IPv6 off."""
    return "ipv6_border" if Family.IPV6 in plan.families else ""


def zone_pairs(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Every ordered pair of different zones that have endpoints, in the plan's order."""
    zones = tuple(dict.fromkeys(host.zone for host in plan.hosts if host.zone != "firewall"))
    return tuple((a, b) for a, b in product(zones, zones) if a != b)


def peers(plan: Plan) -> frozenset[str]:
    """Zones of the specific-communication peers: the far ends of the register's entries with the My Number zone."""
    ends = {
        plan.host(name).zone
        for flow in plan.allowed
        if flow.origin == "register"
        for name in (flow.source, flow.destination)
    }
    return frozenset(ends - {MY_NUMBER, LGWAN_SIDE, INTERNET_SIDE})


def border_of(plan: Plan, source: str, target: str) -> str:
    """Which control family owns a pair of zones."""
    pair = {source, target}
    if MY_NUMBER in pair:
        return "peer_border" if pair & peers(plan) else "my_number_border"
    return "lg_in_border" if pair == {LGWAN_SIDE, INTERNET_SIDE} else "other_border"


def endpoints(plan: Plan, zone: str) -> tuple[Host, ...]:
    """The hosts of one zone, in the plan's order."""
    return tuple(host for host in plan.hosts if host.zone == zone)


def _selectors(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    marks = [name for mark in metafunc.definition.iter_markers("lab_hosts") for name in mark.args]
    listed = list(getattr(metafunc.module, "testinfra_hosts", []))
    for spec in listed:
        if "://" in spec and not spec.startswith("lab://"):
            raise pytest.UsageError(f"testinfra_hosts: {spec!r} is not a lab host; write 'lab://mn-app' or 'zone:mn'")
    marks += [spec.removeprefix("lab://").partition("?")[0] for spec in listed]
    if not marks:
        raise pytest.UsageError(
            f"{metafunc.function.__qualname__} asks for `host` but names none: add @hosts('mn-app') or @hosts('role:firewall')"
        )
    return tuple(marks)


def hosts_for(plan: Plan, selectors: Sequence[str]) -> tuple[Host, ...]:
    """Hosts by name, role:, zone:, kind: or all. UsageError for one that matches nothing."""
    found: dict[str, Host] = {}
    for selector in selectors:
        kind, _, value = selector.rpartition(":")
        matches = [
            host
            for host in plan.hosts
            if (kind == "" and selector in (host.name, "all"))
            or (kind == "role" and value in host.roles)
            or (kind == "zone" and value == host.zone)
            or (kind == "kind" and value == host.kind.value)
        ]
        if not matches:
            names = ", ".join(host.name for host in plan.hosts)
            raise pytest.UsageError(f"no host matches {selector!r}; this lab has: {names}")
        found.update((host.name, host) for host in matches)
    return tuple(found.values())
