"""The inside of a zone's box: title, segment, a card per host, and the lines that stay inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from math import ceil

from lab.plan import Family
from lab.report.picture.measure import width
from lab.report.picture.structure import Box, Unit
from lab.report.picture.svg import clean
from lab.report.picture.tracks import GRID
from lab.report.picture.wires import FAR, OPEN, Port
from lab.report.picture.words import GROUP, OWN_NAME, PLACES, Say

TITLE, SMALL = 12.5, 10.0  # font sizes
HEAD = 37.5  # height of a box's title
EDGE = 10  # inner margin
BUS = 16  # from the open edge to the line of the first segment; the others follow
STUB = 32  # from the open edge to the cards
BUSES = 9  # between two segments' lines
CARD = 26  # height of a card with one port on a side; each more takes a place on the grid
MOST = 250  # widest text of a card


@dataclass
class Card:
    """One unit's rectangle. `stubs`: segment -> where its leg touches the segment's line."""

    unit: Unit
    name: str
    note: str
    top: float = 0
    height: float = CARD
    stub: float = 0


@dataclass
class Face:
    """One box with its measures; y values are relative to its top until `shift`."""

    box: Box
    title: str
    subtitle: str
    cards: list[Card] = field(default_factory=list)
    y: dict[Port, float] = field(default_factory=dict)
    link: float = 0  # where the router's cable touches the segment
    height: float = 0
    card_width: float = 0
    least: float = 0  # least width of the box without its inner channel
    stub: float = STUB  # from the open edge to the cards
    top: float = 0

    def shift(self, top: float) -> None:
        """Move it down the page. Its own grid begins half a step below its title."""
        self.top += top
        for card in self.cards:
            card.top += top
            card.stub += top
        self.y = {port: value + top for port, value in self.y.items()}
        self.link += top


def face(box: Box, ports: Sequence[Port], say: Say, *, linked: bool) -> Face:
    """Measure a box with these ports. `linked`: it has a cable of its own to a router."""
    made = Face(box, *_titles(box, say))
    mine = [port for port in ports if port.box == box.zone.name]
    place = float(HEAD + GRID / 2)  # of the next port: a place on the grid
    if linked:
        made.link = place
        place += GRID
    for port in (port for port in mine if not port.unit):
        made.y[port] = place
        place += GRID
    place += GRID if place > HEAD + GRID else GRID / 2
    place = HEAD + GRID / 2 + GRID * ceil((place - HEAD - GRID / 2) / GRID)
    for unit in box.units:
        here = [port for port in mine if port.unit == unit.name]
        place = _card(made, Card(unit, *_texts(unit, say)), here, place)
    made.height = place - CARD / 2 + 2
    made.stub = STUB + BUSES * (len(box.segments) - 1)
    made.card_width = max(
        [90.0, *(min(MOST, width(c.name, TITLE, bold=True) + width(c.note, SMALL)) + 26 for c in made.cards)]
    )
    made.least = max(
        made.stub + made.card_width + EDGE,
        min(MOST, width(made.title, TITLE, bold=True)) + 2 * EDGE,
        min(MOST, width(made.subtitle, SMALL)) + 2 * EDGE,
    )
    return made


def _card(made: Face, card: Card, ports: Sequence[Port], place: float) -> float:
    """Add a card whose first port is at `place`; the place of the next card's."""
    near = [port for port in ports if port.side == OPEN]
    far = [port for port in ports if port.side == FAR]
    most = max(1, len(near) + 1, len(far))
    card.top, card.stub = place - CARD / 2, place
    card.height = CARD + (most - 1) * GRID
    for number, port in enumerate(near, 1):
        made.y[port] = place + number * GRID
    for number, port in enumerate(far, (most - len(far)) // 2):
        made.y[port] = place + number * GRID
    made.cards.append(card)
    return place + (most + 1) * GRID


def _titles(box: Box, say: Say) -> tuple[str, str]:
    zone, other = box.zone, PLACES.get(box.zone.place, PLACES["other"])
    networks = " · ".join(
        str(network) for segment in box.segments for network in segment.networks if isinstance(network, IPv4Network)
    )
    if say(PLACES["mn"]) == PLACES["mn"].ja:
        return clean(zone.title) or zone.name, f"{zone.name} {networks}"
    if zone.place in OWN_NAME or zone.place not in PLACES:
        return clean(zone.title) or zone.name, f"{zone.name} {networks}"
    return other.en, f"{zone.name} {networks}"


def _texts(unit: Unit, say: Say) -> tuple[str, str]:
    host = unit.hosts[0]
    if len(unit.hosts) > 1:
        name = say(GROUP).format(first=host.name, more=len(unit.hosts) - 1)
        return name, ""
    try:
        return host.name, str(host.address(Family.IPV4))
    except KeyError:
        return host.name, ""
