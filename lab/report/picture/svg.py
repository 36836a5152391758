"""The few SVG shapes that the picture is made of. ElementTree escapes; what XML can't carry is replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INK = "#1d232b"
ARROW = 9  # length of an arrow's head
ROUND = 5  # radius of a line's corners
Point = tuple[float, float]


def number(value: float) -> str:
    """A coordinate with one digit after the point at most."""
    return f"{value:.1f}".removesuffix(".0")


def clean(text: str) -> str:
    """Without the characters that XML 1.0 can't carry."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def title(parent: ET.Element, text: str) -> None:
    """What a browser shows while the mouse is over the parent."""
    ET.SubElement(parent, "title").text = clean(text)


def rectangle(
    parent: ET.Element,
    x: float,
    y: float,
    wide: float,
    high: float,
    *,
    fill: str,
    stroke: str = "none",
    rx: float = 0,
    stroke_width: float = 1.2,
    dash: str = "",
    css: str = "",
) -> None:
    """A rectangle with round corners of radius `rx`."""
    given = {
        "x": number(x),
        "y": number(y),
        "width": number(wide),
        "height": number(high),
        "rx": number(rx),
        "fill": fill,
        "stroke": stroke,
        "stroke-width": number(stroke_width),
    }
    given |= {"stroke-dasharray": dash} if dash else {}
    ET.SubElement(parent, "rect", given | ({"class": css} if css else {}))


def words(
    parent: ET.Element,
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    fill: str = INK,
    bold: bool = False,
    anchor: str = "start",
) -> None:
    """One line of text; `anchor` says which of its points is at (x, y): "start", "middle" or "end"."""
    given = {"x": number(x), "y": number(y), "font-size": number(size), "style": f"fill:{fill}"}
    if bold:
        given["font-weight"] = "700"
    if anchor != "start":
        given["text-anchor"] = anchor
    ET.SubElement(parent, "text", given).text = clean(text)


def path(parent: ET.Element, way: Sequence[Point], *, stroke: str, width: float, dash: str = "", css: str = "") -> None:
    """A polyline with rounded corners; class "hit" is invisible and widens what the mouse finds."""
    given = {
        "d": _rounded(way),
        "fill": "none",
        "stroke": stroke,
        "stroke-width": number(width),
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }
    if dash:
        given["stroke-dasharray"] = dash
    if css:
        given |= {"class": css, "stroke-opacity": "0"}
    ET.SubElement(parent, "path", given)


def _rounded(way: Sequence[Point]) -> str:
    """The way with its corners rounded off."""
    points = [point for number, point in enumerate(way) if number == 0 or point != way[number - 1]]
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        a, b = _towards(here, before), _towards(here, after)
        parts.append(
            f"L{number(a[0])} {number(a[1])}Q{number(here[0])} {number(here[1])} {number(b[0])} {number(b[1])}"
        )
    if len(points) > 1:
        parts.append(f"L{number(points[-1][0])} {number(points[-1][1])}")
    return "".join(parts)


def _towards(here: Point, other: Point) -> Point:
    dx, dy = other[0] - here[0], other[1] - here[1]
    far = max(abs(dx), abs(dy)) or 1
    step = min(ROUND, far / 2)
    return here[0] + dx / far * step, here[1] + dy / far * step


def head(group: ET.Element, x: float, y: float, direction: str, colour: str) -> None:
    """An arrowhead whose tip is at (x, y)."""
    ahead = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}[direction]
    (dx, dy), back, half = ahead, ARROW, 4.2
    points = [
        (x, y),
        (x - dx * back - dy * half, y - dy * back - dx * half),
        (x - dx * back + dy * half, y - dy * back + dx * half),
    ]
    ET.SubElement(group, "polygon", {"points": " ".join(f"{number(a)},{number(b)}" for a, b in points), "fill": colour})
