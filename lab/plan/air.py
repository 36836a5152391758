"""What is on the air: the access point, its networks, stations and strangers, all in one guest with radios."""

from __future__ import annotations

from collections.abc import Sequence

from lab.plan.addresses import legs, mac, names
from lab.plan.model import Air, AirHost, AllowedFlow, Leg, Route, Ssid
from lab.plan.routing import routes
from lab.scenario import Scenario, Topology

FIRST_PORT = 2201  # of the hosts' sshd on the link that ends in the container
ACCESS_POINT = "access-point"
LISTENER = "listener"
SENSOR = "sensor"
BSSID = "02:00:00:00:00:{:02x}"  # of the first radio; its networks count on from there


def air(scenario: Scenario, permitted: Sequence[AllowedFlow]) -> Air | None:
    """The wireless part of a scenario; None: it has none. `permitted`: every flow, also of those on the air."""
    here = scenario.topology.air
    if here is None:
        return None
    whole = scenario.topology.whole()
    ssids = tuple(
        Ssid(
            name=name,
            zone=one.zone,
            segment=_segment(name, scenario.topology),
            security=one.security,
            interface=f"ap-{one.zone}"[:15],
            bssid=BSSID.format(number),
        )
        for number, (name, one) in enumerate(here.ssids.items())
    )
    hosts = []
    for number, name in enumerate(sorted(here.hosts, key=lambda one: here.hosts[one].function != ACCESS_POINT)):
        hosts.append(_host(name, number, scenario, whole))
    return Air(
        container=here.container,
        ssids=ssids,
        hosts=tuple(hosts),
        allowed=tuple(flow for flow in permitted if {flow.source, flow.destination} & set(here.hosts)),
    )


def _host(name: str, number: int, scenario: Scenario, whole: Topology) -> AirHost:
    assert scenario.topology.air is not None
    here = scenario.topology.air.hosts[name]
    own: tuple[Leg, ...] = legs(name, whole, ipv6=scenario.ipv6) if here.legs else ()
    found: tuple[Route, ...] = routes(name, whole, ipv6=scenario.ipv6) if here.legs else ()
    resolvers = [
        str(interface.ip)
        for other, host in whole.hosts.items()
        if host.function == "resolver" and host.zone == here.zone
        for leg in legs(other, whole, ipv6=scenario.ipv6)
        for interface in leg.addresses
    ]
    return AirHost(
        name=name,
        zone=here.zone,
        function=here.function,
        names=names(name, here.zone, scenario.topology.domain),
        port=FIRST_PORT + number,
        radio=None if here.function == LISTENER else number,
        mac=BSSID.format(0) if here.function == ACCESS_POINT else own[0].mac if own else mac(name, "air"),
        legs=own,
        routes=found,
        resolvers=tuple(resolvers),
        ssid=here.ssid,
    )


def _segment(ssid: str, topology: Topology) -> str:
    """The segment of the network's zone that the container has a cable to."""
    assert topology.air is not None
    zone = topology.air.ssids[ssid].zone
    return next(leg for leg in topology.hosts[topology.air.container].legs if topology.segments[leg].zone == zone)
