"""Routes: every router knows every network of the lab, so that a denied packet dies in a ruleset, not for want of a way.

Traffic between zones takes the transit segments; the management segment is never a way through.
"""

from __future__ import annotations

from collections import deque
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
        for default in DEFAULTS if ipv6 or default.version == 4  # noqa: PLR2004
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
    first: dict[str, tuple[str, str]] = {}  # router -> (neighbour, transit segment) to start with
    queue = deque([host])
    while queue:
        router = queue.popleft()
        for segment in topology.hosts[router].legs:
            if topology.segments[segment].zone != TRANSIT:
                continue
            for other, description in topology.hosts.items():
                if segment in description.legs and other != host and other not in first:
                    first[other] = first.get(router, (other, segment))
                    queue.append(other)
    found: dict[Network, Route] = {}
    mine = topology.hosts[host].legs
    for router, (neighbour, way) in first.items():
        for segment in topology.hosts[router].legs:
            if segment in mine:
                continue
            for network in networks(topology, segment, ipv6=ipv6):
                found.setdefault(network, _route(network, neighbour, way, topology))
    order = [net for name in topology.segments for net in networks(topology, name, ipv6=ipv6) if net in found]
    lost = [name for name in topology.segments if name not in mine
            and any(net not in found for net in networks(topology, name, ipv6=ipv6))]
    if lost:
        raise BadInput(
            f"{host} has no way to segment {', '.join(lost)}",
            fix="join the firewalls with transit segments, or remove the segment",
        )
    return tuple(found[network] for network in order)
