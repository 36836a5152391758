"""The way that a packet takes through the fabric, by the plan's own route tables, to its end or as far as it leads.

Who is on the air is behind the port of the container that the radios are in.
"""

from __future__ import annotations

from collections.abc import Iterator

from lab.errors import LabError
from lab.plan.model import Address, AirHost, AllowedFlow, Family, Host, Kind, Plan

LONGEST_WAY = 16
End = Host | AirHost


def route(
    plan: Plan,
    source: str,
    destination: str,
    family: Family,
    *,
    address: Address | None = None,
    leg: str | None = None,
) -> tuple[str, ...]:
    """Ordered fabric ports with direction: ("lg-term.lg/from", "fw-lg.lg/to", "fw-lg.x-ml/from", ...).

    `address` picks one of the destination's addresses (default: that of its first leg), `leg` the one that the source
    sends by (default: the one that its routes say).
    KeyError for an unknown host or family; LabError if some hop has no route.
    """
    target = address or plan.end(destination).address(family)
    ports, end = _way(plan, source, target, leg)
    if isinstance(end, str):
        raise LabError(end)
    if end.name != destination:
        raise LabError(f"{target} is {end.name}, not {destination}")
    return ports


def trail(plan: Plan, source: str, target: Address) -> tuple[str, ...]:
    """The ports up to where the way ends: at the target, at a host that doesn't forward, or where there is no route."""
    return _way(plan, source, target)[0]


def target(plan: Plan, flow: AllowedFlow, family: Family) -> Address:
    """Destination address of an allowed flow. KeyError if the destination has none of that family."""
    return plan.end(flow.destination).address(family, flow.to_leg)


def flow_route(plan: Plan, flow: AllowedFlow, family: Family) -> tuple[str, ...]:
    """Ordered fabric ports of an allowed flow, as `route` gives them. Raises what `route` raises."""
    return route(plan, flow.source, flow.destination, family, address=target(plan, flow, family), leg=flow.from_leg)


def _way(plan: Plan, source: str, target: Address, leg: str | None = None) -> tuple[tuple[str, ...], End | str]:
    """The ports, and the host that has the target's address or why the way ends before."""
    asked = (source, target, leg)
    if asked not in plan.ways:
        plan.ways[asked] = _walk(plan, source, target, leg)
    return plan.ways[asked]


def _walk(plan: Plan, source: str, target: Address, first: str | None) -> tuple[tuple[str, ...], End | str]:
    here, ports = plan.end(source), list[str]()
    while all(target not in (i.ip for i in leg.addresses) for leg in here.legs):
        if ports and not _forwards(here):
            return tuple(ports), f"the way from {source} to {target} ends at {here.name}, which doesn't forward"
        try:
            leg, neighbour = _hop(plan, here, target, None if ports else first)
        except LabError as error:
            return tuple(ports), str(error)
        ports += [f"{_cable(plan, here)}.{leg}/from", f"{_cable(plan, neighbour)}.{leg}/to"]
        here = neighbour
        if len(ports) > 2 * LONGEST_WAY:
            return tuple(ports), f"the way from {source} to {target} goes in circles: {', '.join(ports)}"
    return tuple(ports), here


def _forwards(here: End) -> bool:
    return isinstance(here, Host) and here.kind is Kind.ROUTER


def _cable(plan: Plan, here: End) -> str:
    """Whose cable to the fabric it is on."""
    return plan.air.container if isinstance(here, AirHost) and plan.air is not None else here.name


def _hop(plan: Plan, here: End, target: Address, only: str | None) -> tuple[str, End]:
    """Find the leg that a packet leaves by (of `only` one, if that is said) and the host that gets it."""
    for leg in here.legs:
        if only is not None and leg.segment != only:
            continue
        if any(target in interface.network for interface in leg.addresses):
            return leg.segment, _owner(plan, target, leg.segment)
    known = [
        entry
        for entry in here.routes
        if entry.destination.version == target.version and target in entry.destination and only in (None, entry.leg)
    ]
    if not known:
        raise LabError(f"{here.name} has no route to {target}")
    best = max(known, key=lambda entry: entry.destination.prefixlen)
    if best.via is None:
        return best.leg, _far_end(plan, here, target, best.leg)
    return best.leg, _owner(plan, best.via, best.leg)


def _far_end(plan: Plan, here: End, target: Address, tunnel: str) -> End:
    """Who gets a packet that is sent into a tunnel: its gateway; from there whoever has the address."""
    if _forwards(here):
        return _owner(plan, target, tunnel)
    ends = [host for host in plan.hosts if host.kind is Kind.ROUTER and any(tunnel == leg.segment for leg in host.legs)]
    return ends[0]


def _owner(plan: Plan, address: Address, segment: str) -> End:
    for host, interface in _on(plan, segment):
        if interface == address:
            return host
    raise LabError(f"nobody on segment {segment} has the address {address}")


def _on(plan: Plan, segment: str) -> Iterator[tuple[End, Address]]:
    for host in plan.everybody:
        for leg in host.legs:
            if leg.segment == segment:
                for interface in leg.addresses:
                    yield host, interface.ip
