"""Allowed flows as lines: flows of one kind between the same ends share a line, so that many hosts stay readable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lab.catalogue import load
from lab.errors import LabError
from lab.plan import AllowedFlow, Plan, flow_route
from lab.report.picture.structure import Shape, Unit
from lab.report.picture.svg import clean
from lab.report.picture.words import MORE, ORIGINS, Say

NAMED = 2  # register ids that a label lists
TOLD = 14  # flows that a line's title lists


@dataclass(frozen=True, slots=True, order=True)
class End:
    """Where a line begins or ends: a card, all of a zone's segment, or a router itself."""

    kind: str  # "unit" | "zone" | "wall"
    name: str


@dataclass(frozen=True, slots=True)
class Net:
    """One line: its sources, its targets, and the routers that it passes."""

    origin: str
    label: str
    title: str
    sources: tuple[End, ...]
    targets: tuple[End, ...]
    routers: tuple[str, ...]  # on the way, in order; () within one segment
    flows: tuple[str, ...]  # ids


def gather(plan: Plan, shape: Shape, say: Say) -> tuple[Net, ...]:
    """All flows of the plan as lines, in the plan's order."""
    units = {host.name: unit for box in shape.boxes for unit in box.units for host in unit.hosts}
    zones = {unit.name: box.zone.name for box in shape.boxes for unit in box.units}
    walls = [row.router.name for row in shape.rows]
    groups: dict[tuple[str, End | str, End, tuple[str, ...], str], list[AllowedFlow]] = {}
    for flow in plan.every_flow:
        way = _routers(plan, flow, walls)
        source, target = _end(flow.source, units, walls), _end(flow.destination, units, walls)
        kind = source if flow.origin == "register" else flow.permitted_by
        near = "" if way else zones.get(source.name, source.name)
        groups.setdefault((flow.origin, kind, target, (*way[:1], *way[-1:]), near), []).append(flow)
    lines: dict[tuple[str, End | str, tuple[End, ...], tuple[str, ...], End | None], list[AllowedFlow]] = {}
    for (origin, kind, target, *_), flows in groups.items():
        sources = _sources({_end(flow.source, units, walls) for flow in flows}, zones, target)
        own = target if origin == "register" else None
        lines.setdefault((origin, kind, sources, _routers(plan, flows[0], walls), own), []).extend(flows)
    return tuple(
        _net(flows, key[2], tuple(dict.fromkeys(_end(flow.destination, units, walls) for flow in flows)), key[3], say)
        for key, flows in lines.items()
    )


def _end(host: str, units: dict[str, Unit], walls: list[str]) -> End:
    return End("wall", host) if host in walls else End("unit", units[host].name)


def _sources(ends: Iterable[End], zones: dict[str, str], target: End) -> tuple[End, ...]:
    """Several cards of one zone become the zone's own segment, unless the target is among them."""
    found: set[End] = set()
    here = list(ends)
    for end in here:
        zone = zones.get(end.name)
        several = zone is not None and sum(zones.get(other.name) == zone for other in here) > 1
        at_home = zone is not None and zone == zones.get(target.name)
        found.add(End("zone", zone) if zone is not None and several and not at_home else end)
    return tuple(sorted(found))


def _routers(plan: Plan, flow: AllowedFlow, walls: list[str]) -> tuple[str, ...]:
    """The routers of the rows that the flow passes, begins or ends at."""
    try:
        steps = flow_route(plan, flow, flow.families[0])
    except (LabError, KeyError):
        return ()
    return tuple(dict.fromkeys(name for step in steps if (name := step.partition(".")[0]) in walls))


def _net(
    flows: list[AllowedFlow], sources: tuple[End, ...], targets: tuple[End, ...], way: tuple[str, ...], say: Say
) -> Net:
    first = flows[0]
    if first.origin == "register":
        ids = [flow.id for flow in flows]
        label = ", ".join(ids) if len(ids) <= NAMED else f"{ids[0]} +{len(ids) - 1}"
    else:
        label = first.permitted_by
    return Net(first.origin, clean(label), _title(flows, say), sources, targets, way, tuple(flow.id for flow in flows))


def _title(flows: list[AllowedFlow], say: Say) -> str:
    """Id, purpose, service and families of every flow of the line, one a line."""
    lines = [say(ORIGINS[flows[0].origin])]
    for flow in flows[:TOLD]:
        service = flow.protocol.value if flow.port is None else f"{flow.protocol.value}/{flow.port}"
        families = " ".join(family.value for family in flow.families)
        ends = f"{flow.source} → {flow.destination}"
        lines.append(f"{flow.id}: {_purpose(flow, say)}: {ends}, {service} ({flow.application}), {families}")
    if len(flows) > TOLD:
        lines.append(say(MORE).format(count=len(flows) - TOLD))
    return "\n".join(lines)


def _purpose(flow: AllowedFlow, say: Say) -> str:
    """A register entry's own words; of the catalogue's rows the row's, in the language asked for."""
    if flow.origin == "register":
        return flow.purpose
    try:
        return say(load().flow(flow.permitted_by).what)
    except KeyError:
        return flow.purpose
