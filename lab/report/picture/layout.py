"""Where everything stands: columns from outside to inside, a row per router, bands of shared zones beside them."""

from __future__ import annotations

from collections.abc import Sequence

from lab.report.picture.cards import HEAD, Face, face
from lab.report.picture.measure import width
from lab.report.picture.nets import Net
from lab.report.picture.page import LEFT, RIGHT, Placed, Wall
from lab.report.picture.structure import Row, Shape
from lab.report.picture.svg import ARROW
from lab.report.picture.tracks import GRID, assign, snap
from lab.report.picture.wires import Port, Wires
from lab.report.picture.words import Say

MARGIN, TOP = 24, 90
LABEL = 10.0  # font size of a line's label
BETWEEN = 14  # between two boxes of a column
GAP = 34  # between two rows
TRACK = 10  # between two tracks
OFFSETS = {"left band": 0, "outer": 5, "lane": 10, "inner": 0, "right band": 5}  # classes on the grid


def label_room(nets: Sequence[Net]) -> float:
    """Pixels that the widest of these labels takes with its arrow."""
    return max((width(net.label, LABEL) + 2 * ARROW + 16 for net in nets), default=0.0)


class Page:
    """The places of boxes, walls and lanes, found step by step: heights first, then widths."""

    def __init__(self, shape: Shape, wires: Wires, say: Say) -> None:
        self.shape, self.wires, self.say = shape, wires, say
        self.faces: dict[str, Face] = {}
        self.boxes: dict[str, Placed] = {}
        self.walls: dict[str, Wall] = {}
        self.lanes: dict[tuple[str, str, str], float] = {}  # router, side, line or "cable:BAND" -> y
        self.bands = {LEFT: [box.zone.name for box in shape.left], RIGHT: [box.zone.name for box in shape.right]}
        self.tracks: dict[str, int] = {}  # line -> track in the walls
        self.left_tracks: dict[str, int] = {}
        self.right_tracks: dict[str, int] = {}
        self.bottom = TOP + 120.0
        self.captions: list[tuple[float, bool]] = []  # centre of a column, whether it is outside

        self._measure()
        self._rows()
        self._bands()
        self._tracks()
        self._widths()

    def _measure(self) -> None:
        ports = self.wires.ports()
        for row in self.shape.rows:
            for box in row.outer:
                self.faces[box.zone.name] = face(box, ports, self.say, linked=True)
            for box in row.inner:
                self.faces[box.zone.name] = face(box, ports, self.say, linked=True)
        for box in (*self.shape.left, *self.shape.right):
            self.faces[box.zone.name] = face(box, ports, self.say, linked=False)

    def _rows(self) -> None:
        top = float(TOP)
        for row in self.shape.rows:
            bottoms = [top + HEAD + 4.0]
            for boxes, offset in ((row.outer, OFFSETS["outer"]), (row.inner, OFFSETS["inner"])):
                y = top
                for box in boxes:
                    made = self.faces[box.zone.name]
                    y = snap(y, offset)
                    made.shift(y)
                    y += made.height + BETWEEN
                bottoms.append(y - BETWEEN if boxes else y)
            bottom = self._lanes(row, max(bottoms))
            self.walls[row.router.name] = Wall(row, 0, top, 0, bottom - top)
            self.bottom = bottom
            top = snap(bottom + GAP, 0)

    def _lanes(self, row: Row, top: float) -> float:
        """Lanes below the boxes, for what goes between this wall and the bands. Returns the wall's bottom."""
        name = row.router.name
        bottom = top
        for side in (LEFT, RIGHT):
            wanted = [
                f"cable:{band}"
                for band in self.bands[side]
                if {leg.segment for leg in row.router.legs} & {s.name for s in self.faces[band].box.segments}
            ]
            for _, ports, router in self.wires.direct:
                wanted += [port.line for port in ports if router == name and port.box in self.bands[side]]
            for _, taps in self.wires.walled:
                for port, router, _ in taps:
                    if port is not None and router == name and port.box in self.bands[side]:
                        wanted.append(port.line)
            for number, line in enumerate(dict.fromkeys(wanted)):
                self.lanes[name, side, line] = snap(top + 12 + number * GRID, OFFSETS["lane"])
                bottom = max(bottom, self.lanes[name, side, line] + 12)
        return bottom

    def _bands(self) -> None:
        """Bands share the whole height; their cards stand near to what they talk with."""
        for side in (LEFT, RIGHT):
            names = self.bands[side]
            if not names:
                continue
            heights = [self.faces[name].height for name in names]
            spare = max(0.0, self.bottom - TOP - sum(heights) - BETWEEN * (len(names) - 1)) / len(names)
            top = float(TOP)
            for name, height in zip(names, heights, strict=True):
                made = self.faces[name]
                partners = self._partners(name)
                middle = sum(partners) / len(partners) if partners else top
                shift = min(max(0.0, middle - (top + height / 2)), spare)
                place = snap(top + shift, OFFSETS[f"{side} band"])
                if place > top + spare and place - GRID >= top:
                    place -= GRID  # the grid's next place is below the band's end
                made.shift(place)
                total = max(spare, place - top) + height
                self.boxes[name] = Placed(made, 0, top, 0, total, RIGHT if side == LEFT else LEFT)
                top += total + BETWEEN
            self.bottom = max(self.bottom, top - BETWEEN)

    def _partners(self, band: str) -> list[float]:
        """Heights of what lines from this band lead to."""
        lines = {port.line for port in self.wires.ports() if port.box == band}
        found = [y for (_, _, line), y in self.lanes.items() if line in lines]
        near = [p for _, ports in self.wires.left for p in ports if p.line in lines and p.box != band]
        return found + [self.faces[port.box].y[port] for port in near]

    def _tracks(self) -> None:
        spans: dict[str, tuple[float, float]] = {}
        for net, taps in self.wires.walled:
            ys = [self.tap_y(port, router) for port, router, _ in taps]
            line = self.line_of(net, taps)
            if min(ys) < max(ys):
                spans[line] = (min(ys), max(ys))
        self.tracks = assign(spans)
        self.left_tracks, self.right_tracks = assign(self._band_spans(LEFT)), assign(self._band_spans(RIGHT))

    def _band_spans(self, side: str) -> dict[str, tuple[float, float]]:
        """What has to change its height between a band and the lanes or boxes beside it."""
        found: dict[str, list[float]] = {}
        for (router, lane_side, line), y in self.lanes.items():
            if lane_side == side:
                key = f"{router}/{line}" if line.startswith("cable:") else line
                ends = [self.bus_y(line.removeprefix("cable:"), y)] if line.startswith("cable:") else []
                ports = [port for port in self.wires.ports() if port.line == line and port.box in self.bands[side]]
                found.setdefault(key, []).extend([y, *ends, *(self.faces[port.box].y[port] for port in ports)])
        if side == LEFT:
            for _, ports in self.wires.left:
                found[ports[0].line] = [self.faces[port.box].y[port] for port in ports]
            for port, band in self.wires.exits:
                y = self.faces[port.box].y[port]
                found[port.line] = [y, self.bus_y(band, y)]
        return {line: (min(ys), max(ys)) for line, ys in found.items() if min(ys) < max(ys)}

    def bus_y(self, band: str, y: float) -> float:
        """Where a cable at height y meets the band's segment."""
        placed = self.boxes[band]
        return min(max(y, placed.y + HEAD), placed.y + placed.height - 8)

    def tap_y(self, port: Port | None, router: str) -> float:
        """The height at which a line enters a wall."""
        if port is None:
            return self.walls[router].y + HEAD
        for side in (LEFT, RIGHT):
            if port.box in self.bands[side]:
                return self.lanes[router, side, port.line]
        return self.faces[port.box].y[port]

    @staticmethod
    def line_of(net: Net, taps: Sequence[tuple[Port | None, str, bool]]) -> str:
        """The line's name; one that begins and ends at routers, and so has no port, is named after its first flow."""
        return next((port.line for port, _, _ in taps if port is not None), f"w-{net.flows[0]}")

    def _widths(self) -> None:
        """Left to right: band, channel, outer boxes, strip, walls, strip, inner boxes, channel, band."""
        outer = [b.zone.name for row in self.shape.rows for b in row.outer]
        inner = [b.zone.name for row in self.shape.rows for b in row.inner]
        x = float(MARGIN)
        x = self._band_widths(LEFT, x)
        if self.bands[LEFT]:
            self.left_x = x + label_room([net for net, _ in self.wires.left] + self._banded(LEFT))
            x = self.left_x + TRACK * (max(self.left_tracks.values(), default=-1) + 1) + 18
        self.captions += [(x + self._room(outer) / 2, True)] if outer else []
        x = self._column(outer, x, RIGHT)
        self.strip_left = x
        x += max(40.0, self._strip(outer, LEFT))
        header = max((self._header(row) for row in self.shape.rows), default=60.0)
        wall = max(header, 26.0 + TRACK * (max(self.tracks.values(), default=-1) + 1))
        self.wall_x = x
        for made in self.walls.values():
            made.x, made.width = x, wall
        x += wall
        x += max(40.0, self._strip(inner, RIGHT))
        self.captions += [(x + self._room(inner) / 2, False)] if inner else []
        x = self._column(inner, x, LEFT)
        if self.bands[RIGHT]:
            self.right_x = x + 18
            x = self.right_x + TRACK * (max(self.right_tracks.values(), default=-1) + 1)
            x += label_room(self._banded(RIGHT)) if self._banded(RIGHT) else 12
            x = self._band_widths(RIGHT, x)
        self.page_width = x + MARGIN

    def _header(self, row: Row) -> float:
        return width(row.router.name, 13, bold=True) + 20

    def _banded(self, side: str) -> list[Net]:
        """Nets that end at a card of that side's bands."""
        return [
            net
            for net, taps in self.wires.walled
            if any(port is not None and hit and port.box in self.bands[side] for port, _, hit in taps)
        ]

    def _strip(self, boxes: Sequence[str], side: str) -> float:
        """Room for the labels between a column of boxes and the walls."""
        nets = [
            net
            for net, taps in self.wires.walled
            if any(p is not None and hit and p.box in boxes for p, _, hit in taps)
        ]
        nets += [net for net, ports, _ in self.wires.direct if any(p.box in (*boxes, *self.bands[side]) for p in ports)]
        return label_room(nets)

    def _inner(self, zone: str) -> float:
        nets = [net for net, _ in self.wires.inside.get(zone, [])]
        return label_room(nets) + TRACK * len(nets) if nets else 0.0

    def _room(self, zones: Sequence[str]) -> float:
        """The width that a column of these boxes needs."""
        return max(self.faces[zone].least + self._inner(zone) for zone in zones)

    def _column(self, zones: Sequence[str], x: float, opens: str) -> float:
        if not zones:
            return x
        room = self._room(zones)
        for zone in zones:
            made = self.faces[zone]
            self.boxes[zone] = Placed(made, x, made.top, room, made.height, opens, self._inner(zone))
        return x + room

    def _band_widths(self, side: str, x: float) -> float:
        zones = self.bands[side]
        if not zones:
            return x
        room = self._room(zones)
        for zone in zones:
            self.boxes[zone].x, self.boxes[zone].width, self.boxes[zone].inner = x, room, self._inner(zone)
        return x + room
