"""The arrangement as SVG text. ElementTree writes it, so that every name is escaped and the XML is sound."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from lab.catalogue import load
from lab.plan import Plan
from lab.report.picture.cards import SMALL, TITLE
from lab.report.picture.layout import LABEL
from lab.report.picture.measure import fit, width
from lab.report.picture.page import LEFT, Arrangement, Line, Placed, Wall
from lab.report.picture.structure import members, runs
from lab.report.picture.svg import INK, Point, clean, head, number, path, rectangle, title, words
from lab.report.picture.words import (
    BEYOND,
    BY_RADIO,
    CABLE,
    COLOURS,
    DASHES,
    DENIED,
    FLOWS,
    HEADING,
    MORE_COLOURS,
    ORIGINS,
    PLACES,
    STUDY,
    STUDY_COLOUR,
    UNDRAWN,
    WALL,
    WITHIN,
    Say,
)

LISTED = 20  # hosts of a card that its tooltip names
FONTS = "'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic UI','Meiryo',sans-serif"
RADIO = "2 2.5"  # dashes of a link by radio
GREY, CABLES, PAPER = "#59636f", "#8a94a0", "#ffffff"
STYLE = f"""
.sanso-net text{{font-family:{FONTS};fill:{INK}}}
.sanso-net .flow:hover path:not(.hit){{stroke-width:4}}
.sanso-net .flow:hover .pill{{fill:#fff3b0}}
"""
LEGEND = 64


def draw(plan: Plan, page: Arrangement, say: Say) -> str:
    """Write everything, from the ground up."""
    wide, high = max(page.width, _legend_width(say) + 48), page.height + LEGEND
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {number(wide)} {number(high)}",
            "width": number(wide),
            "height": number(high),
            "class": "sanso-net",
            "role": "img",
            "aria-label": clean("".join((_warning(plan, say), _heading(plan, say)))),
        },
    )
    ET.SubElement(svg, "style").text = STYLE
    if page.undrawn:
        svg.set("data-undrawn", clean(" ".join(flow for net in page.undrawn for flow in net.flows)))
    rectangle(svg, 0.5, 0.5, wide - 1, high - 1, fill=PAPER, stroke="#d5dae0", rx=8)
    _head(svg, plan, wide, say)
    for x, outside in page.captions:
        words(svg, x, 80, say(BEYOND if outside else WITHIN), 12, fill=GREY, bold=True, anchor="middle")
    colours = _Colours()
    for placed in page.boxes:
        _box(svg, placed, colours, say)
    for wall in page.walls:
        _wall(svg, wall)
    for way in page.cables:
        _cable(svg, way)
    for name, way in page.transit:
        _transit(svg, name, way)
    for placed in page.boxes:
        _cards(svg, placed, colours)
    for line in page.lines:
        _line(svg, line)
    for wall in page.walls:
        _wall_name(svg, wall)
    _legend(svg, plan, page, say, high)
    ET.indent(svg, " ")
    return ET.tostring(svg, encoding="unicode") + "\n"


def _head(svg: ET.Element, plan: Plan, wide: float, say: Say) -> None:
    """What the picture is of; of a study, that it is one, before that."""
    top = 34.0
    if warning := _warning(plan, say).strip():
        words(svg, 24, 26, fit(warning, wide - 48, 15, bold=True), 15, bold=True, fill=STUDY_COLOUR)
        top = 46.0
    words(svg, 24, top, fit(_heading(plan, say), wide - 48, 15, bold=True), 15, bold=True, fill=INK)
    words(svg, 24, top + 20, fit(say(DENIED), wide - 48, 11.5), 11.5, fill=GREY)


class _Colours:
    """Ground and edge of a zone: its place's, or the next of the spare ones."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[str, str]] = {}

    def of(self, placed: Placed) -> tuple[str, str]:
        zone = placed.face.box.zone
        if zone.place in COLOURS:
            return COLOURS[zone.place]
        return self._given.setdefault(zone.name, MORE_COLOURS[len(self._given) % len(MORE_COLOURS)])


def _warning(plan: Plan, say: Say) -> str:
    """What a study's picture says before all else; "" for others."""
    study = load().study(plan.study)
    return say(STUDY).format(title=say(study.title)) if study is not None else ""


def _heading(plan: Plan, say: Say) -> str:
    model = next((say(one.title) for one in load().models if one.id == plan.model), plan.model)
    return say(HEADING).format(
        scenario=plan.scenario,
        edition=plan.edition,
        model=model,
        hosts=len(members(plan)),
        zones=len(plan.zones),
        flows=len(plan.every_flow),
    )


def _box(svg: ET.Element, placed: Placed, colours: _Colours, say: Say) -> None:
    ground, edge = colours.of(placed)
    zone = placed.face.box.zone
    group = ET.SubElement(svg, "g", {"class": "zone", "data-zone": clean(zone.name)})
    networks = [f"{s.name}: {', '.join(map(str, s.networks))}" for s in placed.face.box.segments]
    place = say(PLACES.get(zone.place, PLACES["other"]))
    title(group, "\n".join([f"{zone.name}: {zone.title} ({place})", *networks]))
    rectangle(group, placed.x, placed.y, placed.width, placed.height, fill=ground, stroke=edge, rx=7)
    room = placed.width - 20
    words(
        group, placed.x + 10, placed.y + 18, fit(placed.face.title, room, TITLE, bold=True), TITLE, fill=edge, bold=True
    )
    words(group, placed.x + 10, placed.y + 32, fit(placed.face.subtitle, room, SMALL), SMALL, fill=GREY)


def _cards(svg: ET.Element, placed: Placed, colours: _Colours) -> None:
    """The segment's line, and each host hung on it."""
    _, edge = colours.of(placed)
    left, right = placed.cards()
    for segment in placed.face.box.segments:
        bus = placed.bus(segment.name)
        mine = [c for c in placed.face.cards if any(leg.segment == segment.name for leg in c.unit.hosts[0].legs)]
        first = segment is placed.face.box.segments[0]
        for card in mine:
            y = card.stub - (0 if first else 6)
            dash = RADIO if card.unit.on_air else ""
            path(svg, [(left if placed.opens == LEFT else right, y), (bus, y)], stroke=CABLES, width=2, dash=dash)
        ends = [placed.y + 46, placed.y + placed.height - 8] if first else []
        ends += [y for card in mine for y in (card.top + 2, card.top + card.height - 2)]
        if ends:
            path(svg, [(bus, min(ends)), (bus, max(ends))], stroke=edge, width=3.5)
    for card in placed.face.cards:
        group = ET.SubElement(svg, "g", {"class": "host", "data-hosts": str(len(card.unit.hosts))})
        lines = [
            f"{h.name}: {', '.join(str(a.ip) for leg in h.legs for a in leg.addresses)}; {', '.join(runs(h))}"
            for h in card.unit.hosts[:LISTED]
        ]
        if (unlisted := len(card.unit.hosts) - LISTED) > 0:
            lines.append(f"… {unlisted}")
        title(group, "\n".join(lines))
        many = len(card.unit.hosts) > 1
        if many:
            rectangle(group, left + 3, card.top + 3, right - left, card.height, fill=PAPER, stroke=edge, rx=4)
        dash = RADIO if card.unit.on_air else ""
        rectangle(group, left, card.top, right - left, card.height, fill=PAPER, stroke=edge, rx=4, dash=dash)
        y = card.top + card.height / 2 + 4.5
        note = width(card.note, SMALL)
        room = right - left - 16 - (note + 8 if note else 0)
        words(group, left + 8, y, fit(card.name, room, TITLE, bold=True), TITLE, bold=True)
        if card.note:
            words(group, right - 8, y, card.note, SMALL, fill=GREY, anchor="end")


def _wall(svg: ET.Element, wall: Wall) -> None:
    host = wall.row.router
    group = ET.SubElement(svg, "g", {"class": "router", "data-host": clean(host.name)})
    lines = [f"{leg.segment}: {', '.join(str(a) for a in leg.addresses)}" for leg in host.legs]
    title(group, "\n".join([host.name, *lines]))
    rectangle(group, wall.x, wall.y, wall.width, wall.height, fill="#dfe3e8", stroke="#343c46", rx=3, stroke_width=2)


def _wall_name(svg: ET.Element, wall: Wall) -> None:
    name = fit(wall.row.router.name, wall.width - 12, 13, bold=True)
    wide = width(name, 13, bold=True) + 8
    middle = wall.x + wall.width / 2
    rectangle(svg, middle - wide / 2, wall.y + 8, wide, 22, fill="#343c46", rx=3)
    words(svg, middle, wall.y + 24, name, 13, fill=PAPER, bold=True, anchor="middle")


def _cable(svg: ET.Element, way: Sequence[Point]) -> None:
    path(svg, way, stroke=CABLES, width=3)
    ET.SubElement(svg, "circle", {"cx": number(way[-1][0]), "cy": number(way[-1][1]), "r": "4", "fill": CABLES})


def _transit(svg: ET.Element, name: str, way: Sequence[Point]) -> None:
    path(svg, way, stroke=CABLES, width=4)
    x, y = way[0][0], (way[0][1] + way[-1][1]) / 2
    words(svg, x - 8, y + 4, name, SMALL, fill=GREY, anchor="end")


def _line(svg: ET.Element, line: Line) -> None:
    net = line.net
    colour = FLOWS.get(net.origin, GREY)
    group = ET.SubElement(svg, "g", {"class": f"flow {clean(net.origin)}", "data-flows": clean(" ".join(net.flows))})
    title(group, net.title)
    thick = 2.2 if net.origin == "register" else 1.6
    for way in line.paths:
        path(group, way, stroke="#000000", width=9, css="hit")
        path(group, way, stroke=colour, width=thick, dash=DASHES.get(net.origin, ""))
    for x, y in line.joins:
        ET.SubElement(group, "circle", {"cx": number(x), "cy": number(y), "r": "2.6", "fill": colour})
    for x, y in line.starts:
        ET.SubElement(
            group,
            "circle",
            {"cx": number(x), "cy": number(y), "r": "3", "fill": PAPER, "stroke": colour, "stroke-width": "1.6"},
        )
    for x, y, direction in line.heads:
        head(group, x, y, direction, colour)
    for x, y in line.labels:
        wide = width(net.label, LABEL) + 8
        rectangle(group, x - wide / 2, y - 6.5, wide, 13, fill=PAPER, stroke=colour, rx=6.5, css="pill")
        words(group, x, y + 3.6, net.label, LABEL, fill=colour, anchor="middle")


def _legend_width(say: Say) -> float:
    return sum(width(say(text), 11) + 64 for text in (*ORIGINS.values(), WALL, CABLE, BY_RADIO))


def _legend(svg: ET.Element, plan: Plan, page: Arrangement, say: Say, high: float) -> None:
    x, y = 24.0, high - 34
    for origin, text in ORIGINS.items():
        path(svg, [(x, y), (x + 30, y)], stroke=FLOWS[origin], width=2, dash=DASHES[origin])
        head(svg, x + 36, y, "right", FLOWS[origin])
        words(svg, x + 42, y + 4, say(text), 11)
        x += width(say(text), 11) + 64
    rectangle(svg, x, y - 8, 14, 16, fill="#dfe3e8", stroke="#343c46", rx=2, stroke_width=2)
    words(svg, x + 20, y + 4, say(WALL), 11)
    x += width(say(WALL), 11) + 42
    path(svg, [(x, y), (x + 24, y)], stroke=CABLES, width=3)
    words(svg, x + 30, y + 4, say(CABLE), 11)
    if plan.air is not None:
        x += width(say(CABLE), 11) + 48
        path(svg, [(x, y), (x + 24, y)], stroke=CABLES, width=2, dash=RADIO)
        words(svg, x + 30, y + 4, say(BY_RADIO), 11)
    if page.undrawn:
        ids = say(UNDRAWN).format(", ".join(flow for net in page.undrawn for flow in net.flows))
        words(svg, 24, high - 12, fit(ids, page.width - 48, 11), 11, fill=GREY)
