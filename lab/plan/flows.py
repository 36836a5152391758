"""The allowed set: what the catalogue opens for every matching pair, and what the register opens by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from lab.catalogue import Catalogue, Flow, FlowService, Opening, Permission, Place, applies, permission
from lab.plan.model import AllowedFlow, Family, Protocol
from lab.scenario import FIREWALL, Scenario, Topology

Ends = tuple[str, str, list[FlowService]]  # source, destination, those of a row's services that it serves
OUTSIDE = frozenset({"internet", "house"})  # places beyond every border
OPEN = frozenset({Opening.ALWAYS, Opening.PATH})  # a path's hosts are there only when the scenario switches it on


def allowed(scenario: Scenario, catalogue: Catalogue, families: tuple[Family, ...]) -> tuple[AllowedFlow, ...]:
    """Every flow that the lab permits, inside zones too; all else is denied."""
    infrastructure = [
        (flow, "infrastructure" if flow.id.startswith("I") else "catalogue") for flow in catalogue.infrastructure
    ]
    rows = [(flow, "catalogue") for flow in catalogue.flows] + infrastructure
    topology = scenario.topology.whole()
    places = {name: topology.place(name) for name in topology.hosts}
    found: list[AllowedFlow] = []
    for flow, origin in rows:
        cell = permission(
            flow,
            edition=scenario.edition,
            model=scenario.model,
            editions=catalogue.edition_ids,
            study=scenario.study,
        )
        if flow.opening in OPEN and cell is not Permission.NO:
            ends = list(_ends(flow, topology, places))
            found += _pairs(flow, origin, topology, ends, families)
    return (*_registered(scenario, families), *found)


def _pairs(
    flow: Flow, origin: str, topology: Topology, ends: Sequence[Ends], families: tuple[Family, ...]
) -> Iterator[AllowedFlow]:
    asked = Counter(source for source, _, _ in ends)
    for source, destination, here in ends:
        short = origin == "infrastructure" and asked[source] == 1
        for service in here:
            parts = [flow.id, source] if short else [flow.id, source, destination]
            if len(flow.services) > 1:
                alike = sum(one.protocol == service.protocol for one in here) > 1
                parts.append(f"{service.protocol}-{service.port}" if alike else service.protocol)
            yield AllowedFlow(
                id="/".join(parts),
                origin=origin,
                permitted_by=flow.id,
                controls=flow.controls,
                purpose=flow.what.ja,
                source=source,
                destination=destination,
                to_leg=_outer_leg(topology, destination) if flow.outside else _near_leg(topology, source, destination),
                from_leg=_outer_leg(topology, source) if flow.outside else None,
                anyone=flow.outside,
                protocol=Protocol(service.protocol),
                port=service.port,
                application=service.application,
                mac=flow.mac,
                families=families,
            )


def _ends(flow: Flow, topology: Topology, places: Mapping[str, Place]) -> Iterator[Ends]:
    """Every pair that the row is about. Many hosts, few places: the row is asked about each pair of those once."""
    kinds = set(places.values())
    towards = {
        source: frozenset(destination for destination in kinds if applies(flow, source, destination))
        for source in kinds
    }
    for source, own in places.items():
        if not towards[own] or not any(topology.hosts[source].legs.values()):
            continue  # without an address it opens nothing
        for destination, other in places.items():
            if source == destination or other not in towards[own]:
                continue
            served = {(one.protocol, one.port) for one in topology.services(destination)}
            here = [one for one in flow.services if (one.protocol, one.port) in served]  # a row may name several kinds
            if here:
                yield source, destination, here


def _near_leg(topology: Topology, source: str, destination: str) -> str | None:
    """The segment that a firewall shares with the source: it answers there, by no other of its addresses."""
    if topology.hosts[destination].function != FIREWALL:
        return None
    return next(leg for leg in topology.hosts[source].legs if leg in topology.hosts[destination].legs)


def _outer_leg(topology: Topology, host: str) -> str:
    """The segment by which a host is on the Internet, or behind the router of a house there."""
    outer = [leg for leg in topology.hosts[host].legs if topology.place_of(leg) in OUTSIDE]
    return outer[0]


def _registered(scenario: Scenario, families: tuple[Family, ...]) -> Iterator[AllowedFlow]:
    for entry in scenario.entries:
        yield AllowedFlow(
            id=entry.id,
            origin="register",
            permitted_by=entry.permitted_by,
            controls=entry.controls,
            purpose=entry.purpose,
            source=entry.source,
            destination=entry.destination,
            protocol=Protocol(entry.protocol),
            port=entry.port,
            application=entry.application,
            mac=entry.mac,
            families=families,
            owner=entry.owner,
            expires=entry.expires,
        )
