"""What hangs on what: each router's own zones on its two sides, and the zones that several routers share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lab.plan import AirHost, Host, Kind, Plan, Segment, Zone
from lab.report.picture.words import OUTSIDE

TRANSIT = "transit"
MOST_CARDS = 10  # of a zone; more hosts than that are drawn in groups


Member = Host | AirHost


@dataclass(frozen=True, slots=True)
class Unit:
    """One card: a host, or several of one zone that run the same."""

    name: str  # of its first host
    hosts: tuple[Member, ...]

    @property
    def on_air(self) -> bool:
        """Whether it hangs on its segment by radio."""
        return isinstance(self.hosts[0], AirHost) and self.hosts[0].ssid is not None


@dataclass(frozen=True, slots=True)
class Box:
    """One zone with its segments and cards."""

    zone: Zone
    segments: tuple[Segment, ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A router between the zones outside and the zones inside that are its own."""

    router: Host
    outer: tuple[Box, ...]
    inner: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The whole network without any coordinate."""

    rows: tuple[Row, ...]
    left: tuple[Box, ...]  # shared zones outside
    right: tuple[Box, ...]  # shared zones inside
    transit: tuple[tuple[Segment, tuple[str, ...]], ...]  # segment between routers, the routers on it in row order

    @property
    def boxes(self) -> tuple[Box, ...]:
        return (*self.left, *(box for row in self.rows for box in (*row.outer, *row.inner)), *self.right)


def members(plan: Plan) -> tuple[Member, ...]:
    """All hosts of the network, those on the air too; strangers and listeners belong to no network."""
    return (*plan.hosts, *(one for one in (plan.air.hosts if plan.air else ()) if one.legs))


def runs(member: Member) -> tuple[str, ...]:
    """What it does: its roles; on the air its function."""
    return (member.function,) if isinstance(member, AirHost) else member.roles


def sketch(plan: Plan) -> Shape:
    """Sort the plan's hosts and zones. A router that joins no two zones is a host of its zone like any other."""
    zone_of = {segment.name: segment.zone for segment in plan.segments}
    routers = [
        host for host in plan.hosts if host.kind is Kind.ROUTER and len({zone_of[leg.segment] for leg in host.legs}) > 1
    ]
    routers = _in_a_row(routers, {name for name, zone in zone_of.items() if zone == TRANSIT})
    names = {host.name for host in routers}
    owners = {
        zone.name: [one.name for one in routers if any(zone_of[leg.segment] == zone.name for leg in one.legs)]
        for zone in plan.zones
    }
    guests = {  # hosts of one zone with a leg in another
        zone_of[leg.segment]
        for host in plan.hosts
        for leg in host.legs
        if host.name not in names
        if zone_of[leg.segment] != host.zone
    }
    boxes = {zone.name: _box(plan, zone, names) for zone in plan.zones}
    shared = [zone for zone in plan.zones if len(owners[zone.name]) != 1 or zone.name in guests]
    return Shape(
        rows=tuple(
            Row(
                router,
                tuple(
                    boxes[z.name]
                    for z in plan.zones
                    if z not in shared and owners[z.name] == [router.name] and z.place in OUTSIDE
                ),
                tuple(
                    boxes[z.name]
                    for z in plan.zones
                    if z not in shared and owners[z.name] == [router.name] and z.place not in OUTSIDE
                ),
            )
            for router in routers
        ),
        left=tuple(boxes[zone.name] for zone in shared if zone.place in OUTSIDE),
        right=tuple(boxes[zone.name] for zone in shared if zone.place not in OUTSIDE),
        transit=tuple(
            (segment, tuple(one.name for one in routers if any(leg.segment == segment.name for leg in one.legs)))
            for segment in plan.segments
            if segment.zone == TRANSIT
        ),
    )


def _in_a_row(routers: Sequence[Host], transit: set[str]) -> list[Host]:
    """Neighbours beside each other: along the transit segments, beginning at an end of the chain."""
    joins = {one.name: {leg.segment for leg in one.legs} & transit for one in routers}
    left, found = list(routers), list[Host]()
    while left:
        ends = [one for one in left if len(joins[one.name]) == 1] or left
        stack = [ends[0]]
        while stack:
            here = stack.pop()
            if here in left:
                left.remove(here)
                found.append(here)
                stack += [one for one in reversed(left) if joins[one.name] & joins[here.name]]
    return sorted(found, key=lambda one: not joins[one.name])


def _box(plan: Plan, zone: Zone, routers: set[str]) -> Box:
    here = [host for host in members(plan) if host.zone == zone.name and host.name not in routers]
    busy = {end for flow in plan.allowed if flow.origin == "register" for end in (flow.source, flow.destination)}
    return Box(
        zone,
        tuple(segment for segment in plan.segments if segment.zone == zone.name),
        tuple(_units(here, busy)),
    )


def _units(hosts: Sequence[Member], busy: set[str]) -> Iterable[Unit]:
    """One card per host, as long as there are few; then one per kind, those with registered flows last."""
    if len(hosts) <= MOST_CARDS:
        return [Unit(host.name, (host,)) for host in hosts]
    alone = {host.name for host in hosts if host.name in busy or len(host.legs) > 1}
    kinds = Counter(runs(host) for host in hosts)
    if len(alone) + len(kinds) > MOST_CARDS:
        alone = set()
    groups: dict[object, list[Member]] = {}
    for host in hosts:
        groups.setdefault(host.name if host.name in alone else runs(host), []).append(host)
    return [Unit(members[0].name, tuple(members)) for members in groups.values()]
