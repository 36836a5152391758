"""The lines themselves, through the channels that the page has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lab.plan import Host
from lab.report.picture.cards import HEAD
from lab.report.picture.layout import LABEL, MARGIN, TRACK, Page
from lab.report.picture.measure import width
from lab.report.picture.page import LEFT, RIGHT, Arrangement, Line, Placed
from lab.report.picture.svg import ARROW, Point
from lab.report.picture.tracks import assign
from lab.report.picture.wires import OPEN, Port


@dataclass
class Tap:
    """One end of a line: its height at the trunk, the way on from there, and whether the line's arrow ends there."""

    y: float
    tail: list[Point]
    target: bool
    joint: bool = False  # the line goes on there
    border: float | None = None  # x of the border of the box that it ends in


def route(page: Page) -> Arrangement:
    """Every line and cable of the page."""
    router = _Router(page)
    lines = [*router.walled(), *router.direct(), *router.left(), *router.inside()]
    return Arrangement(
        page.page_width,
        page.bottom + MARGIN,
        list(page.boxes.values()),
        list(page.walls.values()),
        router.cables(),
        router.transit(),
        lines,
        page.wires.undrawn,
        page.captions,
    )


def tree(line: Line, trunk: float, taps: Sequence[Tap]) -> None:
    """Add a trunk at x = `trunk` with these taps to the line: the outer two make one path, the others join it."""
    ordered = sorted(taps, key=lambda tap: tap.y)
    first, last, between = ordered[0], ordered[-1], ordered[1:-1]
    start, end = [(trunk, first.y), *first.tail], [(trunk, last.y), *last.tail]
    line.paths.append([*reversed(start), *end])
    for tap in between:
        line.paths.append([(trunk, tap.y), *tap.tail])
        if tap.tail:
            line.joins.append((trunk, tap.y))
    for tap in ordered:
        way = [(trunk, tap.y), *tap.tail]
        if tap.target:
            _arrive(line, way, border=tap.border)
        elif not tap.joint:
            line.starts.append(way[-1])


def _arrive(line: Line, way: Sequence[Point], *, border: float | None = None) -> None:
    """An arrowhead at the end of the way, the label on its last straight piece, outside the box's border."""
    (x0, y0), (x1, y1) = way[-2] if len(way) > 1 else (way[0][0], way[0][1] - 1), way[-1]
    direction = "right" if x1 > x0 else "left" if x1 < x0 else "down" if y1 > y0 else "up"
    line.heads.append((x1, y1, direction))
    half = width(line.net.label, LABEL) / 2 + 5
    if direction in ("left", "right"):
        sign = -1 if direction == "right" else 1
        line.labels.append(((x1 + sign * ARROW if border is None else border) + sign * (4 + half), y1))


class _Router:
    def __init__(self, page: Page) -> None:
        self._page = page

    def walled(self) -> list[Line]:
        """Lines that pass a wall, or go through several."""
        found = []
        for net, taps in self._page.wires.walled:
            line = Line(net)
            name = self._page.line_of(net, taps)
            trunk = self._trunk(name)
            made: dict[tuple[object, ...], Tap] = {}
            banded: dict[tuple[str, str], list[tuple[Port, bool]]] = {}
            for port, router, hit in taps:
                if port is None:
                    made["wall", router] = Tap(self._page.walls[router].y + HEAD, [], hit)
                    continue
                side = self._side(port)
                if side:
                    banded.setdefault((router, side), []).append((port, hit))
                else:
                    x, y = self._page.boxes[port.box].port(port)
                    made[port.box, port.unit] = Tap(y, [(x, y)], hit, border=self._border(port))
            for (router, side), ports in banded.items():
                made["lane", router, side] = self._lane(line, router, side, ports)
            tree(line, trunk, list(made.values()))
            found.append(line)
        return found

    def _lane(self, line: Line, router: str, side: str, ports: list[tuple[Port, bool]]) -> Tap:
        """From the trunk along the row's lane to a band: to one port at once, or to a trunk of its own beside the band."""
        page = self._page
        y = page.lanes[router, side, ports[0][0].line]
        x = self._channel(side, ports[0][0].line)
        ends = [(page.boxes[port.box].port(port), hit) for port, hit in ports]
        border = self._border(ports[0][0])
        if len(ends) == 1:
            (end, hit) = ends[0]
            tail = [(x, y), (x, end[1]), end] if end[1] != y else [end]
            return Tap(y, tail, hit, border=border)
        tree(
            line,
            x,
            [Tap(y, [], target=False, joint=True), *(Tap(end[1], [end], hit, border=border) for end, hit in ends)],
        )
        line.joins.append((x, y))
        return Tap(y, [(x, y)], target=False, joint=True)

    def direct(self) -> list[Line]:
        """Lines to a router from beside it: straight, or along the lane of their row."""
        found = []
        for net, ports, router in self._page.wires.direct:
            line, wall = Line(net), self._page.walls[router]
            for port in ports:
                start = self._page.boxes[port.box].port(port)
                side = self._side(port)
                way = [start]
                if side:
                    y, x = self._page.lanes[router, side, port.line], self._channel(side, port.line)
                    way += [(x, start[1]), (x, y)] if y != start[1] else []
                else:
                    y = start[1]
                way.append((wall.x if start[0] < wall.x else wall.x + wall.width, y))
                line.paths.append(way)
                line.starts.append(start)
                if all(way[-1] != (x, y) for x, y, _ in line.heads):  # several segments may share the lane
                    _arrive(line, way)
            found.append(line)
        return found

    def left(self) -> list[Line]:
        """Lines between outer boxes and the bands outside."""
        found = []
        for net, ports in self._page.wires.left:
            line = Line(net)
            taps = []
            for port in ports:
                x, y = self._page.boxes[port.box].port(port)
                taps.append(Tap(y, [(x, y)], port.target, border=self._border(port)))
            tree(line, self._channel(LEFT, ports[0].line), taps)
            found.append(line)
        return found

    def inside(self) -> list[Line]:
        """Lines that stay in one zone."""
        found = []
        for zone, nets in self._page.wires.inside.items():
            placed = self._page.boxes[zone]
            ys = {ports[0].line: [placed.port(port)[1] for port in ports] for _, ports in nets}
            tracks = assign({line: (min(y), max(y)) for line, y in ys.items()})
            left, right = placed.cards()
            for net, ports in nets:
                line = Line(net)
                step = placed.inner - 8 - TRACK * tracks[ports[0].line]
                trunk = right + step if placed.opens == LEFT else left - step
                tree(line, trunk, [Tap(y, [(x, y)], p.target) for p in ports for x, y in [placed.port(p)]])
                found.append(line)
        return found

    def cables(self) -> list[list[Point]]:
        """Links of routers and of second legs to the segments."""
        page, found = self._page, list[list[Point]]()
        for wall in page.walls.values():
            for boxes, x in ((wall.row.outer, wall.x), (wall.row.inner, wall.x + wall.width)):
                for box in boxes:
                    placed = page.boxes[box.zone.name]
                    found.append([(x, placed.face.link), (placed.bus(), placed.face.link)])
        for (router, side, line), y in page.lanes.items():
            if line.startswith("cable:"):
                band = page.boxes[line.removeprefix("cable:")]
                wall = page.walls[router]
                start = (wall.x if side == LEFT else wall.x + wall.width, y)
                meets = page.bus_y(line.removeprefix("cable:"), y)
                x = self._channel(side, f"{router}/{line}")
                middle = [(x, y), (x, meets)] if meets != y else []
                found.append([start, *middle, (band.bus(self._joint(wall.row.router, band)), meets)])
        for port, band_name in page.wires.exits:
            start = page.boxes[port.box].port(port)
            meets = page.bus_y(band_name, start[1])
            x = self._channel(LEFT, port.line)
            middle = [(x, start[1]), (x, meets)] if meets != start[1] else []
            found.append([start, *middle, (page.boxes[band_name].bus(port.line.rpartition("/")[2]), meets)])
        return found

    def transit(self) -> list[tuple[str, list[Point]]]:
        """Segments between routers: straight down between neighbours, beside the walls where one stands between."""
        page, found = self._page, list[tuple[str, list[Point]]]()
        order = list(page.walls)
        for number, (segment, routers) in enumerate(page.shape.transit):
            for one, other in pairwise(routers):
                upper, lower = page.walls[one], page.walls[other]
                if order.index(other) == order.index(one) + 1:
                    x = upper.x + 14
                    way = [(x, upper.y + upper.height), (x, lower.y)]
                else:
                    x = upper.x - 10 - 6 * number
                    y = upper.y + upper.height - 6
                    way = [(upper.x, y), (x, y), (x, lower.y + 12), (lower.x, lower.y + 12)]
                found.append((segment.name, way))
        return found

    @staticmethod
    def _joint(router: Host, band: Placed) -> str:
        """The segment that a router has in common with a band."""
        legs = {leg.segment for leg in router.legs}
        return next((one.name for one in band.face.box.segments if one.name in legs), "")

    def _trunk(self, line: str) -> float:
        return self._page.wall_x + 22 + TRACK * self._page.tracks.get(line, 0)

    def _channel(self, side: str, line: str) -> float:
        page = self._page
        if side == LEFT:
            return page.left_x + TRACK * page.left_tracks.get(line, 0)
        return page.right_x + TRACK * page.right_tracks.get(line, 0)

    def _border(self, port: Port) -> float:
        """The x of the box's border that a line to this port crosses."""
        placed = self._page.boxes[port.box]
        opens = placed.opens if port.side == OPEN else RIGHT if placed.opens == LEFT else LEFT
        return placed.edge(opens)

    def _side(self, port: Port) -> str:
        return next((side for side in (LEFT, RIGHT) if port.box in self._page.bands[side]), "")
