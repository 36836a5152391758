"""Test parameters come from the plan: zone pairs, devices, hosts, services. An empty set fails collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path

import pytest

from lab.plan import AirHost, AllowedFlow, Family, Host, Kind, Plan, Protocol
from lab.verify.ask import two_legged
from lab.verify.planned import PLANNED
from lab.verify.session import LabSession
from lab.verify.subjects import SUBJECTS
from lab.verify.trip import Wish, devices

PEERS = frozenset({"peer-1", "peer-2", "govcloud"})
OUTSIDE = frozenset({"sc", "internet", "guest"})
SUITES = Path(__file__).resolve().parents[2] / "tests" / "controls"
Values = list[tuple[str, object]]  # (id, value)


def parametrize(metafunc: pytest.Metafunc, session: LabSession, *, quick: bool) -> None:
    """Give every plan-driven fixture that the test asks for its values."""
    plan = session.plan
    wanted = [name for name in NAMES if name in metafunc.fixturenames]
    for name in wanted:
        found = _lab_hosts(plan, metafunc) if name == HOST else PARAMETERS[name](plan)
        ids, values = [one for one, _ in found], [value for _, value in found]
        if not values and SUITES in metafunc.definition.path.parents:
            # the lab's own suites serve every scenario; a due control that is left without a verdict is an error anyway
            metafunc.parametrize(name, [pytest.param(None, marks=pytest.mark.lab_absent)], ids=["none"])
            continue
        if not values:
            raise pytest.UsageError(
                f"{metafunc.function.__qualname__}: this plan has nothing for {name!r}, so it would test nothing"
            )
        metafunc.parametrize(name, values, ids=ids, indirect=name == HOST)
    del quick


def _named(names: Iterable[str]) -> Values:
    return [(name, name) for name in names]


def _border(border: str) -> Callable[[Plan], Values]:
    def pairs(plan: Plan) -> Values:
        return [(f"{a}-to-{b}", (a, b)) for a, b in zone_pairs(plan) if border_of(plan, a, b) == border]

    return pairs


def _every_border_in_ipv6(plan: Plan) -> Values:
    """Every pair of zones: none where the scenario switches IPv6 off."""
    return [(f"{a}-to-{b}", (a, b)) for a, b in zone_pairs(plan)] if Family.IPV6 in plan.families else []


def _entries(plan: Plan) -> Values:
    return [(flow.id, flow) for flow in plan.allowed if flow.origin == "register"]


def _log_senders(plan: Plan) -> list[str]:
    return [flow.source for flow in plan.allowed if flow.application == "syslog-tls"]


def _of(plan: Plan, chosen: Callable[[AllowedFlow], bool]) -> Values:
    """The register's entries of one sort."""
    return [(flow.id, flow) for flow in plan.allowed if flow.origin == "register" and chosen(flow)]


def _has(plan: Plan, role: str) -> bool:
    return any(role in host.roles for host in plan.hosts)


def _zones(plan: Plan, places: set[str]) -> list[str]:
    return [zone.name for zone in plan.zones if zone.place in places and endpoints(plan, zone.name)]


def _terminal(plan: Plan, host: Host) -> bool:
    """A person's machine: it serves nothing and stands in a zone with a person's work."""
    serves = any(service.host == host.name for service in plan.services)
    return host.kind is Kind.ENDPOINT and not serves and plan.place(host.zone) not in {"mgmt", *PEERS}


def _firewalls(plan: Plan) -> list[str]:
    return [host.name for host in plan.hosts if "firewall" in host.roles]


def _borders(plan: Plan, firewall: str, place: str) -> bool:
    """True if it has a leg in a zone of that place."""
    near = {segment.name for segment in plan.segments if plan.place(segment.zone) == place}
    return bool(near & {leg.segment for leg in plan.host(firewall).legs})


# fixture name -> how its values are found; a test asks for the fixture and gets one run per value
PARAMETERS: dict[str, Callable[[Plan], Values]] = {
    "my_number_border": _border("my_number_border"),
    "lg_in_border": _border("lg_in_border"),
    "peer_border": _border("peer_border"),
    "internet_border": _border("internet_border"),
    "cloud_border": _border("cloud_border"),
    "lgwan_border": _border("lgwan_border"),
    "other_border": _border("other_border"),
    "ipv6_border": _every_border_in_ipv6,
    "ipv6_registered": lambda plan: _entries(plan) if Family.IPV6 in plan.families else [],
    "host_without_ipv6": lambda plan: [] if Family.IPV6 in plan.families else _named(host.name for host in plan.hosts),
    "my_number_asker": lambda plan: _named(
        host.name for host in plan.hosts if plan.place(host.zone) == "mn" and host.resolver and _has(plan, "authority")
    ),
    "my_number_zone": lambda plan: _named(_zones(plan, {"mn"})) if _has(plan, "authority") else [],
    "peer_zone": lambda plan: _named(_zones(plan, {"peer-1"})) if _has(plan, "authority") else [],
    "peer_outside": lambda plan: [
        (f"{a}-to-{b}", (a, b))
        for a, b in zone_pairs(plan)
        if plan.place(a) == "peer-1" and plan.place(b) in {"sc", "internet"}
    ],
    "lg_in_pair": lambda plan: [
        (f"{a}-to-{b}", (a, b)) for a, b in zone_pairs(plan) if {plan.place(a), plan.place(b)} == {"lg", "in"}
    ],
    "lg_in_host": lambda plan: _named(
        host.name for host in plan.hosts if host.kind is Kind.ENDPOINT and plan.place(host.zone) in {"lg", "in"}
    ),
    "terminal": lambda plan: _named(host.name for host in plan.hosts if _terminal(plan, host)),
    "two_legged": lambda plan: _named(host.name for host in two_legged(plan)),
    "endpoint": lambda plan: _named(host.name for host in plan.hosts if host.kind is Kind.ENDPOINT),
    "proxied": lambda plan: _of(plan, lambda flow: flow.application == "http-proxy"),
    "relayed": lambda plan: _of(plan, lambda flow: "tc_relay" in plan.host(flow.destination).roles),
    "closed_line": lambda plan: _of(plan, lambda flow: flow.permitted_by == "F04"),
    "lgwan_registered": lambda plan: _of(plan, lambda flow: flow.permitted_by == "F10"),
    "twin": lambda plan: _named(host.name for host in plan.hosts if host.twin),
    "family": lambda plan: [(family.value, family) for family in plan.families],
    "firewall": lambda plan: _named(_firewalls(plan)),
    "my_number_firewall": lambda plan: _named(name for name in _firewalls(plan) if _borders(plan, name, "mn")),
    "other_firewall": lambda plan: _named(name for name in _firewalls(plan) if not _borders(plan, name, "mn")),
    "ipv6_firewall": lambda plan: _named(_firewalls(plan)) if Family.IPV6 in plan.families else [],
    "logging_firewall": lambda plan: _named(name for name in _firewalls(plan) if name in _log_senders(plan)),
    "tls_service": lambda plan: [
        (f"{s.host}-{s.port}", s) for s in plan.services if s.application in ("https", "syslog-tls")
    ],
    "registered": _entries,
    "registered_https": lambda plan: _of(plan, lambda flow: flow.application == "https"),
    "registered_tcp": lambda plan: _of(plan, lambda flow: flow.protocol is Protocol.TCP),
}
PARAMETERS |= PLANNED | SUBJECTS
HOST = "_lab_host"
NAMES = (*PARAMETERS, HOST)


def zone_pairs(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Every ordered pair of different zones that have endpoints and a firewall between them, in the plan's order."""
    zones = tuple(dict.fromkeys(host.zone for host in plan.hosts if host.kind is Kind.ENDPOINT))
    return tuple((a, b) for a, b in product(zones, zones) if a != b and guarded(plan, a, b))


def guarded(plan: Plan, source: str, target: str) -> bool:
    """True if a firewall enforces between the two zones. What is outside every border is nobody's to judge."""
    family = plan.families[0]
    return any(
        devices(plan, Wish(one.name, other.name, family, Protocol.TCP, 443))
        for one in endpoints(plan, source)
        for other in endpoints(plan, target)
    )


def border_of(plan: Plan, source: str, target: str) -> str:
    """Which control family owns a pair of zones, by what the two are for the guideline."""
    places = {plan.place(source), plan.place(target)}
    if "mn" in places:
        if places & PEERS:
            return "peer_border"
        return "internet_border" if places & OUTSIDE else "my_number_border"
    if "lg" in places:
        if places & (OUTSIDE | {"in"}):
            return "lg_in_border"
        return "lgwan_border" if "lgwan" in places else "other_border"
    return "cloud_border" if "in" in places and places & OUTSIDE else "other_border"


def endpoints(plan: Plan, zone: str) -> tuple[Host, ...]:
    """The hosts of one zone that are no routers, in the plan's order."""
    return tuple(host for host in plan.hosts if host.zone == zone and host.kind is Kind.ENDPOINT)


def _lab_hosts(plan: Plan, metafunc: pytest.Metafunc) -> Values:
    return _named(host.name for host in hosts_for(plan, _selectors(metafunc)))


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


def hosts_for(plan: Plan, selectors: Sequence[str]) -> tuple[Host | AirHost, ...]:
    """Hosts by name, role:, zone:, kind: or all; those on the air by name or function:. UsageError for one that matches nothing."""
    found: dict[str, Host | AirHost] = {}
    on_air = plan.air.hosts if plan.air else ()
    for selector in selectors:
        kind, _, value = selector.rpartition(":")
        matches: list[Host | AirHost] = [one for one in on_air if selector in (one.name, f"function:{one.function}")]
        matches += [
            host
            for host in plan.hosts
            if (kind == "" and selector in (host.name, "all"))
            or (kind == "role" and value in host.roles)
            or (kind == "zone" and value == host.zone)
            or (kind == "kind" and value == host.kind.value)
        ]
        if not matches:
            names = ", ".join([*(host.name for host in plan.hosts), *(one.name for one in on_air)])
            raise pytest.UsageError(f"no host matches {selector!r}; this lab has: {names}")
        found.update((host.name, host) for host in matches)
    return tuple(found.values())
