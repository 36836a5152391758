"""Routes: every firewall knows every network, so that a denied packet dies in a ruleset and not for want of a way.

Traffic between zones takes the transit segments; the management segment is never a way through. What is for nobody
inside goes to the outside, as on a real border.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from ipaddress import ip_network

from lab.errors import BadInput
from lab.plan.addresses import interface, networks, private
from lab.plan.model import Network, Route
from lab.scenario import FIREWALL, ROUTERS, TRANSIT, Topology

GATEWAY = "vpn-gateway"
DEFAULTS: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))


def routes(host: str, topology: Topology, *, ipv6: bool) -> tuple[Route, ...]:
    """All routes of a host beside those of its own segments. BadInput if a firewall has no way to some segment."""
    here = topology.hosts[host]
    if not any(here.legs.values()):
        return ()  # without an address it sends nothing
    if any(topology.segments[leg].tunnel for leg in here.legs) and here.function not in ROUTERS:
        found = _terminal(host, topology, ipv6=ipv6)
    elif here.function == FIREWALL:
        found = _firewall(host, topology, ipv6=ipv6)
    elif here.function == GATEWAY:
        found = [*_tunnels(host, topology, ipv6=ipv6), *_inside(host, topology, ipv6=ipv6)]
        found += _default(host, topology, ipv6=ipv6)
    elif here.function in ROUTERS:
        found = [*_neighbours_networks(host, topology, ipv6=ipv6), *_default(host, topology, ipv6=ipv6)]
    elif len(here.legs) > 1:
        found = [*_inside(host, topology, ipv6=ipv6), *_default(host, topology, ipv6=ipv6)]
    elif topology.zones[here.zone].way_out is None:
        found = _by_zone(next(iter(here.legs)), topology, ipv6=ipv6)
    else:
        found = [*_behind_gateways(host, topology, ipv6=ipv6), *_default(host, topology, ipv6=ipv6)]
    return tuple(found)


def _terminal(host: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    """Of a host with a VPN: everything into the tunnel; below it what the router of its house tells it."""
    found = list(_tunnels(host, topology, ipv6=ipv6, everything=True))
    for segment in topology.hosts[host].legs:
        zone = topology.zones[topology.segments[segment].zone]
        if not topology.segments[segment].tunnel and zone.gateway is not None:
            found += _everything(zone.gateway, segment, topology, ipv6=ipv6)
    return found


def _tunnels(host: str, topology: Topology, *, ipv6: bool, everything: bool = False) -> list[Route]:
    """Into each tunnel: its own network, or everything."""
    mine = [leg for leg in topology.hosts[host].legs if topology.segments[leg].tunnel]
    every = tuple(net for net in DEFAULTS if ipv6 or net.version == 4)  # noqa: PLR2004
    return [
        Route(destination=net, via=None, leg=leg)
        for leg in mine
        for net in (every if everything else networks(topology, leg, ipv6=ipv6))
    ]


def _behind_gateways(host: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    """The pools of the VPN gateways of the host's own zone: answers go straight back to them."""
    (mine,) = topology.hosts[host].legs
    return [
        one
        for gateway, description in topology.hosts.items()
        if description.function == GATEWAY
        and description.zone == topology.hosts[host].zone
        and mine in description.legs
        for pool in description.legs
        if topology.segments[pool].tunnel
        for one in _to(pool, gateway, mine, topology, ipv6=ipv6)
    ]


def _route(destination: Network, gateway: str, segment: str, topology: Topology) -> Route:
    number = topology.hosts[gateway].legs[segment]
    (via,) = (n for n in topology.segments[segment].networks if n.version == destination.version)
    return Route(destination=destination, via=interface(via, number).ip, leg=segment)


def _to(segment: str, gateway: str, leg: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    return [_route(net, gateway, leg, topology) for net in networks(topology, segment, ipv6=ipv6)]


def _everything(gateway: str, leg: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    return [_route(net, gateway, leg, topology) for net in DEFAULTS if ipv6 or net.version == 4]  # noqa: PLR2004


def _default(host: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    """The default route: by the zone's gateway on the only leg, or on that of several legs which leads outside."""
    legs = topology.hosts[host].legs
    for segment in legs:
        zone = topology.zones.get(topology.segments[segment].zone)
        gateway = zone.way_out if zone is not None and (len(legs) == 1 or zone.firewall is None) else None
        if gateway is not None and gateway != host and segment in topology.hosts[gateway].legs:
            return _everything(gateway, segment, topology, ipv6=ipv6)
    return []


def _inside(host: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    """Of an endpoint with several legs: every network behind the firewall on one of them, so that answers find back."""
    mine = topology.hosts[host].legs
    for segment in mine:
        zone = topology.zones.get(topology.segments[segment].zone)
        firewall = zone.firewall if zone else None
        if firewall is not None and segment in topology.hosts[firewall].legs:
            ways = _first_steps(firewall, topology)
            near = {*topology.hosts[firewall].legs, *(leg for other in ways for leg in topology.hosts[other].legs)}
            behind = [name for name in topology.segments if name in near and name not in mine]
            return [one for name in behind for one in _to(name, firewall, segment, topology, ipv6=ipv6)]
    return []


def _neighbours_networks(host: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    """Of a router outside: the networks behind the other such routers on its segments."""
    found: list[Route] = []
    mine = topology.hosts[host].legs
    for segment in mine:
        for other, description in topology.hosts.items():
            own = topology.zones[topology.segments[segment].zone].gateway
            outer = description.function in ROUTERS and description.function != FIREWALL and other != own
            if other != host and outer and segment in description.legs:
                behind = [leg for leg in description.legs if leg not in mine]
                found += [
                    one
                    for leg in behind
                    for one in _to(leg, other, segment, topology, ipv6=ipv6)
                    if not private(one.destination)
                ]
    return found


def _by_zone(segment: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    """No default: one route per zone network, by way of that zone's own firewall on this segment."""
    found: list[Route] = []
    for name, other in topology.segments.items():
        zone = topology.zones.get(other.zone)
        if zone is None or zone.firewall is None or segment not in topology.hosts[zone.firewall].legs:
            continue
        found += _to(name, zone.firewall, segment, topology, ipv6=ipv6)
    return found


def _firewall(host: str, topology: Topology, *, ipv6: bool) -> list[Route]:
    """Shortest way over the transit segments to every network that it isn't attached to; the rest is outside."""
    mine, outside = topology.hosts[host].legs, topology.outside
    ways = _first_steps(host, topology)
    found: list[Route] = []
    for segment in (name for name in topology.segments if name not in mine):
        border, near = _pool_way(segment, topology)
        owner = border or next((router for router in ways if segment in topology.hosts[router].legs), None)
        if owner == host and near is not None:
            found += _to(segment, *near, topology, ipv6=ipv6)
        elif owner is not None:
            found += _to(segment, *ways[owner], topology, ipv6=ipv6)
        elif outside is None or _inner(segment, topology):
            raise BadInput(
                f"{host} has no way to segment {segment}",
                fix="join the firewalls with transit segments, or remove the segment",
            )
    if outside is not None and host == outside.firewall:
        found += _everything(outside.neighbour, outside.segment, topology, ipv6=ipv6)
    elif outside is not None and outside.firewall in ways:
        found += _everything(*ways[outside.firewall], topology, ipv6=ipv6)
    return found


def _pool_way(segment: str, topology: Topology) -> tuple[str | None, tuple[str, str] | None]:
    """Of a VPN's pool: the firewall that its gateway stands behind, the gateway, and the segment between them."""
    if topology.segments[segment].tunnel:
        for gateway, description in topology.hosts.items():
            firewall = topology.zones[description.zone].firewall if description.function == GATEWAY else None
            if firewall is not None and segment in description.legs:
                between = [leg for leg in description.legs if topology.segments[leg].zone == description.zone]
                return firewall, (gateway, between[0])
    return None, None


def _inner(segment: str, topology: Topology) -> bool:
    """True for a segment on a leg of some firewall: the way to it is never outside."""
    return any(segment in host.legs for host in topology.hosts.values() if host.function == FIREWALL)


def _first_steps(host: str, topology: Topology) -> dict[str, tuple[str, str]]:
    """For every other firewall, nearest first: the neighbour and the transit segment that the way to it starts with."""
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
