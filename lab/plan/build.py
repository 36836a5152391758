"""Scenario and catalogue become a Plan."""

from __future__ import annotations

from collections.abc import Sequence

from lab.catalogue import Catalogue
from lab.plan.addresses import legs, names, networks
from lab.plan.air import SENSOR, air
from lab.plan.due import controls_due
from lab.plan.flows import allowed
from lab.plan.functions import functions
from lab.plan.hours import Window
from lab.plan.model import AllowedFlow, Family, Host, Kind, Plan, Protocol, Segment, Service, Waiver, Zone
from lab.plan.routing import routes
from lab.scenario import ROUTERS, Scenario, Topology


def build(scenario: Scenario, catalogue: Catalogue, lab: str) -> Plan:
    """Everything that the lab will be. Pure: the same input gives the same plan."""
    topology = scenario.topology
    families = (Family.IPV4, Family.IPV6) if scenario.ipv6 else (Family.IPV4,)
    every = allowed(scenario, catalogue, families)
    wireless = air(scenario, every)
    permitted = tuple(flow for flow in every if wireless is None or flow not in wireless.allowed)
    return Plan(
        lab=lab,
        scenario=scenario.name,
        edition=scenario.edition,
        model=scenario.model,
        as_of=scenario.as_of,
        study=scenario.study,
        families=families,
        zones=tuple(Zone(name=name, title=zone.title, place=zone.place) for name, zone in topology.zones.items()),
        segments=tuple(
            Segment(
                name=name,
                zone=segment.zone,
                networks=networks(topology, name, ipv6=scenario.ipv6),
                tunnel=segment.tunnel,
            )
            for name, segment in topology.segments.items()
        ),
        hosts=tuple(_host(name, scenario, permitted) for name in topology.hosts),
        services=tuple(
            Service(host=name, protocol=Protocol(one.protocol), port=one.port, application=one.application)
            for name in topology.hosts
            for one in topology.services(name)
        ),
        allowed=permitted,
        controls_due=controls_due(scenario, catalogue),
        waivers=tuple(Waiver(**waiver.model_dump()) for waiver in scenario.waivers),
        overlays=scenario.overlays,
        air=wireless,
        hours={
            class_: tuple(Window(**window.model_dump()) for window in windows)
            for class_, windows in scenario.hours.items()
        },
        inspection=scenario.inspection,
    )


def _host(name: str, scenario: Scenario, permitted: Sequence[AllowedFlow]) -> Host:
    topology, table = scenario.topology, functions()
    here = topology.hosts[name]
    served = {one.application for one in topology.services(name)}  # whoever serves it hands it on
    roles = table.roles(here.function, {flow.application for flow in permitted if flow.source == name} - served)
    kind = Kind.ROUTER if here.function in ROUTERS else Kind.ENDPOINT if any(here.legs.values()) else Kind.BRIDGE
    resolvers = [
        other
        for other, host in topology.hosts.items()
        if "resolver" in table.functions[host.function] and host.zone == here.zone
    ]
    own = legs(name, topology, ipv6=scenario.ipv6)
    return Host(
        name=name,
        zone=here.zone,
        kind=kind,
        roles=roles,
        names=names(name, here.zone, topology.domain),
        legs=own,
        routes=routes(name, topology, ipv6=scenario.ipv6),
        twin=here.twin if here.twin in topology.hosts else None,
        resolver=name if name in resolvers else next(iter(resolvers), None),
        image=table.image(roles),
        capabilities=table.needed(roles),
        devices=table.devices_of(roles),
        accelerators=table.accelerators_of(roles),
        sealed=any(role in table.sealed for role in roles),
        sysctls=table.kernel(
            kind,
            legs=len(here.legs),
            ipv6=scenario.ipv6 and any(leg.addresses or leg.tunnel for leg in own),
            dynamic=any(leg.dynamic for leg in own),
        ),
        inner=_inner(name, topology),
    )


def _inner(name: str, topology: Topology) -> tuple[str, ...]:
    """A container with a guest in it bridges each of its legs to a tap, and has a link of its own to the guest's hosts.

    A sensor's cable is one more tap on such a bridge.
    """
    if topology.air is None or topology.air.container != name:
        return ()
    bridges = (f"{kind}.{leg}" for leg in topology.hosts[name].legs for kind in "bt")
    sensors = (f"t.{host}" for host, one in topology.air.hosts.items() if one.function == SENSOR)
    return (*bridges, *sensors, "t.way")
