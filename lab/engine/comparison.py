"""A host's state against the plan and against what was recorded: each difference by name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

from lab.engine.helper.fallback import FALLBACK
from lab.engine.helper.policies import accounted_for
from lab.engine.identity import identity
from lab.engine.model import Drift, DriftKind
from lab.engine.state import HostState
from lab.engine.sysctls import host_sysctls
from lab.plan import Host, Plan

_NAMES = ("resolv.conf", "hosts", "hostname")

Route = tuple[str, str, str]  # destination, gateway ("" for none), interface


def against_plan(plan: Plan, host: Host, state: HostState) -> list[Drift]:
    """What the plan says and the host is not."""
    drifts = []

    def tell(kind: DriftKind, what: Iterable[str]) -> None:
        if detail := ", ".join(what):
            drifts.append(Drift(kind, host.name, detail))

    tell(DriftKind.FOREIGN, _foreign(host, state))
    missing = {leg.segment for leg in host.cables} - {link["ifname"] for link in state.links}
    if missing:
        tell(DriftKind.WIRING, [f"no interface {name}" for name in sorted(missing)])
    else:
        tell(DriftKind.WIRING, _links(host, state))
        tell(DriftKind.ADDRESSES, _addresses(host, state))
        tell(DriftKind.ROUTES, _routes(host, state))
    wanted = host_sysctls(host)
    tell(
        DriftKind.SYSCTLS,
        (f"{key} is {seen}, not {wanted[key]}" for key in wanted if (seen := state.sysctls.get(key)) != wanted[key]),
    )
    own = zip(_NAMES, identity(plan, host).digests(), state.names, strict=True)
    tell(DriftKind.NAMES, (f"/etc/{name} was changed" for name, digest, seen in own if digest != seen))
    tell(DriftKind.SERVICES, (f"the service {name} was stopped" for name in state.stopped))
    return drifts


def against_record(host: Host, state: HostState, recorded: dict[str, Any] | None) -> list[Drift]:
    """What has changed since `record_state`; None: this host was not recorded."""
    drifts = [
        Drift(DriftKind.FILES, host.name, f"{path} was changed or removed", needs_converge=True)
        for path in state.changed
    ]
    if recorded is None:
        return [*drifts, Drift(DriftKind.UNRECORDED, host.name, "its state was never recorded", needs_converge=True)]
    for name in sorted(recorded["manifests"].keys() | state.manifests.keys()):
        if recorded["manifests"].get(name) != state.manifests.get(name):
            detail = f"the manifest {name} was changed or removed"
            drifts.append(Drift(DriftKind.FILES, host.name, detail, needs_converge=True))
    if recorded["started"] != state.started:
        drifts.append(Drift(DriftKind.RESTARTED, host.name, "it was started anew since its state was recorded"))
    if recorded["ruleset"] != state.ruleset:
        drifts.append(Drift(DriftKind.RULESET, host.name, "the rules in its kernel are not the recorded ones"))
    return drifts


def _links(host: Host, state: HostState) -> list[str]:
    wanted = {leg.segment: leg.mac for leg in host.cables}
    told = []
    for link in state.links:
        name = link["ifname"]
        if name in wanted:
            if link["address"] != wanted[name]:
                told.append(f"{name} has MAC {link['address']}")
            if "UP" not in link["flags"]:
                told.append(f"{name} is down")
    return told


def _foreign(host: Host, state: HostState) -> list[str]:
    known = {leg.segment for leg in host.legs} | {"lo"} | set(host.inner)
    return [
        f"foreign interface {name}"
        for link in state.links
        if (name := link["ifname"]) not in known and not (name in FALLBACK and "UP" not in link["flags"])
    ]


def _addresses(host: Host, state: HostState) -> list[str]:
    own = _own(host)
    wanted = {(leg.segment, str(address)) for leg in host.legs for address in leg.addresses if leg.segment not in own}
    seen = {
        (link["ifname"], str(ip_interface(f"{entry['local']}/{entry['prefixlen']}")))
        for link in state.links
        if link["ifname"] not in own | {"lo"}
        for entry in link["addr_info"]
        if not ip_address(entry["local"]).is_link_local
    }
    return _difference(wanted, seen, lambda pair: f"{pair[1]} on {pair[0]}")


def _routes(host: Host, state: HostState) -> list[str]:
    own = _own(host)
    legs = [leg for leg in host.legs if leg.segment not in own]
    wanted: set[Route] = {(str(route.destination), str(route.via), route.leg) for route in host.fixed_routes}
    connected: set[Route] = {(str(address.network), "", leg.segment) for leg in legs for address in leg.addresses} | {
        ("fe80::/64", "", leg.segment) for leg in legs
    }
    seen: set[Route] = {one for entry in state.routes if (one := _route(entry))[2] not in own}
    told = _difference(wanted, seen - connected, lambda route: f"{route[0]} via {route[1] or route[2]}")
    told += [f"no {to} on {leg}" for to, _, leg in sorted(connected - seen) if to != "fe80::/64"]
    kept = accounted_for(tunnel=len(host.cables) < len(host.legs))
    foreign = sorted(entry["priority"] for entry in state.policies if entry["priority"] not in kept)
    return told + [f"foreign policy rule {priority}" for priority in foreign]


def _own(host: Host) -> set[str]:
    """Interfaces whose addresses and routes the host's own software makes: tunnels, and legs that ask a router there."""
    return {leg.segment for leg in host.legs if leg.tunnel or leg.dynamic} | set(host.inner)


def _route(entry: dict[str, Any]) -> Route:
    return str(ip_network(entry["dst"])), entry.get("gateway", ""), entry.get("dev", entry.get("type", ""))


def _difference(wanted: set[Any], seen: set[Any], spell: Callable[[Any], str]) -> list[str]:
    return [f"no {spell(one)}" for one in sorted(wanted - seen)] + [
        f"foreign {spell(one)}" for one in sorted(seen - wanted)
    ]
