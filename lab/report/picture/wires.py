"""Where each line has to touch: every end of every net sorted to a side of a card, a zone's segment, a lane or a wall."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from lab.report.picture.nets import End, Net
from lab.report.picture.structure import Box, Shape

OPEN, FAR = "open", "far"  # a box's side towards its wall, and the other one


@dataclass(frozen=True, slots=True)
class Port:
    """One place where a line touches a box: on a card's or on the zone's own segment (unit "")."""

    box: str
    unit: str
    side: str
    line: str  # of the net or cable
    target: bool = False


@dataclass
class Wires:
    """All that has to be routed, sorted by the channel that its trunk takes."""

    inside: dict[str, list[tuple[Net, list[Port]]]] = field(default_factory=lambda: defaultdict(list))  # box -> nets
    left: list[tuple[Net, list[Port]]] = field(default_factory=list)  # between left bands and outer boxes
    direct: list[tuple[Net, list[Port], str]] = field(default_factory=list)  # straight to a wall, or by its lane
    walled: list[tuple[Net, list[tuple[Port | None, str, bool]]]] = field(default_factory=list)  # port, row, target
    exits: list[tuple[Port, str]] = field(default_factory=list)  # second legs: port, band
    undrawn: list[Net] = field(default_factory=list)

    def ports(self) -> list[Port]:
        """Every port, in the order in which lines were sorted."""
        found = [port for nets in self.inside.values() for _, ports in nets for port in ports]
        found += [port for _, ports in self.left for port in ports]
        found += [port for _, ports, _ in self.direct for port in ports]
        found += [port for _, taps in self.walled for port, _, _ in taps if port is not None]
        return found + [port for port, _ in self.exits]


def sort(shape: Shape, nets: tuple[Net, ...]) -> Wires:
    """Give every net its channel."""
    return _Sorter(shape).sort(nets)


class _Sorter:
    """Knows which box, band or row an end lies in."""

    def __init__(self, shape: Shape) -> None:
        self._box = {unit.name: box for box in shape.boxes for unit in box.units}
        self._zone = {box.zone.name: box for box in shape.boxes}
        self._row = {box.zone.name: row.router.name for row in shape.rows for box in (*row.outer, *row.inner)}
        self._left = {box.zone.name for box in shape.left}
        self._outer = {box.zone.name for row in shape.rows for box in row.outer}
        self._shape = shape

    def sort(self, nets: tuple[Net, ...]) -> Wires:
        """Give every net its channel."""
        found = Wires()
        for number, net in enumerate(nets):
            self._sort(f"n{number}", net, found)
        for row in self._shape.rows:
            for box in row.outer:
                self._exits(box, found)
        return found

    def _exits(self, box: Box, found: Wires) -> None:
        mine = {segment.name for segment in box.segments}
        for unit in box.units:
            for leg in unit.hosts[0].legs:
                other = next((b.zone.name for b in self._shape.left if leg.segment in {s.name for s in b.segments}), "")
                if leg.segment not in mine and other:
                    found.exits.append((Port(box.zone.name, unit.name, FAR, f"x-{unit.name}/{leg.segment}"), other))

    def _sort(self, line: str, net: Net, found: Wires) -> None:
        ends = [(end, False) for end in net.sources] + [(end, True) for end in net.targets]
        boxes = [self._home(end) for end, _ in ends]
        names = {box.zone.name for box in boxes if box is not None}
        if not net.routers and None not in boxes and len(names) == 1:
            found.inside[names.pop()].append((net, [self._port(end, FAR, line, hit) for end, hit in ends]))
        elif not net.routers and None not in boxes and names & self._left and names <= self._left | self._outer:
            sides = [OPEN if box is not None and box.zone.name in self._left else FAR for box in boxes]
            ports = [self._port(end, side, line, hit) for (end, hit), side in zip(ends, sides, strict=True)]
            found.left.append((net, ports))
        elif self._is_direct(net, boxes):
            found.direct.append((net, [self._port(end, OPEN, line, hit) for end, hit in ends[:-1]], net.routers[0]))
        elif net.routers and all(self._fits(end, hit, net) for end, hit in ends):
            taps = [(self._tap(end, line, hit), self._at(end, hit, net), hit) for end, hit in ends]
            found.walled.append((net, taps))
        else:
            found.undrawn.append(net)

    def _home(self, end: End) -> Box | None:
        return (
            self._zone.get(end.name) if end.kind == "zone" else self._box.get(end.name) if end.kind == "unit" else None
        )

    def _port(self, end: End, side: str, line: str, target: bool) -> Port:
        box = self._home(end)
        assert box is not None
        return Port(box.zone.name, end.name if end.kind == "unit" else "", side, line, target)

    def _tap(self, end: End, line: str, target: bool) -> Port | None:
        return None if end.kind == "wall" else self._port(end, OPEN, line, target)

    def _is_direct(self, net: Net, boxes: list[Box | None]) -> bool:
        """To the router itself from beside it."""
        (target, *more) = net.targets
        beside = all(box is not None for box in boxes[: len(net.sources)])
        return not more and target.kind == "wall" and net.routers == (target.name,) and beside

    def _at(self, end: End, target: bool, net: Net) -> str:
        """The row whose wall the line leaves for this end."""
        if end.kind == "wall":
            return end.name
        box = self._home(end)
        assert box is not None
        return self._row.get(box.zone.name) or (net.routers[-1] if target else net.routers[0])

    def _fits(self, end: End, target: bool, net: Net) -> bool:
        return self._at(end, target, net) in net.routers
