"""Routes: every router knows every network, so that a denied packet dies in a ruleset and not for want of a way.

Traffic between zones takes the transit segments; the management segment is never a way through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from ipaddress import ip_network

from lab.errors import BadInput
from lab.plan.addresses import interface, networks
from lab.plan.model import Network, Route
from lab.scenario import FIREWALL, TRANSIT, Topology

DEFAULTS: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))


def routes(host: str, topology: Topology, *, ipv6: bool) -> tuple[Route, ...]:
    """All routes of a host beside those of its own segments."""
    here = topology.hosts[host]
    if here.function == FIREWALL:
        return _router(host, topology, ipv6=ipv6)
    (segment,) = here.legs
    gateway = topology.zones[here.zone].firewall
    if gateway is None:
        return _by_zone(segment, topology, ipv6=ipv6)
    return tuple(
        _route(default, gateway, segment, topology)
        for default in DEFAULTS
        if ipv6 or default.version == 4  # noqa: PLR2004
    )


def _route(destination: Network, gateway: str, segment: str, topology: Topology) -> Route:
    number = topology.hosts[gateway].legs[segment]
    (via,) = (n for n in topology.segments[segment].networks if n.version == destination.version)
    return Route(destination=destination, via=interface(via, number).ip, leg=segment)


def _by_zone(segment: str, topology: Topology, *, ipv6: bool) -> tuple[Route, ...]:
    """No default: one route per zone network, by way of that zone's own firewall on this segment."""
    found = []
    for name, other in topology.segments.items():
        zone = topology.zones.get(other.zone)
        if zone is None or zone.firewall is None or segment not in topology.hosts[zone.firewall].legs:
            continue
        found += [_route(net, zone.firewall, segment, topology) for net in networks(topology, name, ipv6=ipv6)]
    return tuple(found)


def _router(host: str, topology: Topology, *, ipv6: bool) -> tuple[Route, ...]:
    """Shortest way over the transit segments to every network that the router isn't attached to."""
    mine = topology.hosts[host].legs
    ways = _first_steps(host, topology)
    found = []
    for segment in (name for name in topology.segments if name not in mine):
        owner = next((router for router in ways if segment in topology.hosts[router].legs), None)
        if owner is None:
            raise BadInput(
                f"{host} has no way to segment {segment}",
                fix="join the firewalls with transit segments, or remove the segment",
            )
        neighbour, leg = ways[owner]
        found += [_route(net, neighbour, leg, topology) for net in networks(topology, segment, ipv6=ipv6)]
    return tuple(found)


def _first_steps(host: str, topology: Topology) -> dict[str, tuple[str, str]]:
    """For every other router, nearest first: the neighbour and the transit segment that the way to it starts with."""
    first: dict[str, tuple[str, str]] = {}
    queue = deque([host])
    while queue:
        router = queue.popleft()
        for other, segment in _neighbours(router, topology):
            if other != host and other not in first:
                first[other] = first.get(router, (other, segment))
                queue.append(other)
    return first


def _neighbours(router: str, topology: Topology) -> Iterator[tuple[str, str]]:
    for segment in topology.hosts[router].legs:
        if topology.segments[segment].zone == TRANSIT:
            for other, description in topology.hosts.items():
                if other != router and segment in description.legs:
                    yield other, segment
