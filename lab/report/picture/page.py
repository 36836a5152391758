"""What stands on the page, with coordinates in pixels from its upper left corner."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.report.picture.cards import BUS, BUSES, EDGE, Face
from lab.report.picture.nets import Net
from lab.report.picture.structure import Row
from lab.report.picture.wires import OPEN, Port

LEFT, RIGHT = "left", "right"


@dataclass
class Placed:
    """A box on the page. `opens`: the side, LEFT or RIGHT, that its segment is on."""

    face: Face
    x: float
    y: float
    width: float
    height: float
    opens: str
    inner: float = 0  # width of the channel for lines that stay inside

    def edge(self, side: str) -> float:
        """The x of that side of the box's border."""
        return self.x + (self.width if side == RIGHT else 0)

    def cards(self) -> tuple[float, float]:
        """Left and right x of its cards."""
        room = self.width - self.face.stub - EDGE - self.inner
        left = self.x + (self.face.stub if self.opens == LEFT else self.inner + EDGE)
        return left, left + room

    def port(self, port: Port) -> tuple[float, float]:
        """Where a line touches: a card's side, or the segment's line."""
        y = self.face.y[port]
        left, right = self.cards()
        if port.unit:
            return (left if (port.side == OPEN) == (self.opens == LEFT) else right), y
        return self.bus(), y

    def bus(self, segment: str = "") -> float:
        """The x of that segment's line (default: the first one's)."""
        names = [one.name for one in self.face.box.segments]
        inwards = BUS + BUSES * (names.index(segment) if segment in names else 0)
        return self.x + inwards if self.opens == LEFT else self.x + self.width - inwards


@dataclass
class Wall:
    """A router."""

    row: Row
    x: float
    y: float
    width: float
    height: float


@dataclass
class Line:
    """A drawn line: polylines, dots at joins, arrowheads (x, y, direction) and labels (centre x, centre y)."""

    net: Net
    paths: list[list[tuple[float, float]]] = field(default_factory=list)
    joins: list[tuple[float, float]] = field(default_factory=list)
    starts: list[tuple[float, float]] = field(default_factory=list)
    heads: list[tuple[float, float, str]] = field(default_factory=list)
    labels: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Arrangement:
    """Everything with its coordinates."""

    width: float
    height: float
    boxes: list[Placed]
    walls: list[Wall]
    cables: list[list[tuple[float, float]]]
    transit: list[tuple[str, list[tuple[float, float]]]]
    lines: list[Line]
    undrawn: list[Net]
    captions: list[tuple[float, bool]]
