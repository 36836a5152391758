"""What was expected and what was seen from every zone to every zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lab.plan import Kind, Plan
from lab.report.html.flows import Flow, Key

FIREWALLS = "firewall"  # the zone of hosts that stand between zones
LONG = 1000  # a fraction of such numbers is wider than a cell
ELSEWHERE = "elsewhere"  # addresses that nobody of the plan has


class Tint(StrEnum):
    """What a cell says first, strongest first."""

    BROKEN = "broken"  # what was seen is not what was expected
    UNSURE = "unsure"  # a check could not be judged
    WAIVED = "waived"  # broken, and a waiver covers it
    UNSEEN = "unseen"  # allowed, and not all of it was tried
    OPEN = "open"  # allowed and seen; all else that was tried was stopped
    CLOSED = "closed"  # tried and stopped, with a witness
    NOTHING = "nothing"  # nothing expected, nothing tried


@dataclass(slots=True)
class Cell:
    """One direction between two zones: flows allowed and seen, checks by what they found."""

    allowed: int = 0
    seen: int = 0
    denied: int = 0
    failed: int = 0
    unjudged: int = 0
    waived: int = 0

    def add(self, flow: Flow) -> None:
        """Count a flow in."""
        self.allowed += flow.expected
        self.seen += flow.expected and flow.seen
        self.denied += flow.denied
        self.failed += flow.failed
        self.unjudged += flow.unjudged
        self.waived += flow.waived

    @property
    def figure(self) -> str:
        """The number that goes with the tint: of flows not all seen, how many were."""
        if self.tint is Tint.UNSEEN and self.allowed < LONG:
            return f"{self.seen}/{self.allowed}"
        return str(self.failed or self.unjudged or self.waived or self.allowed or self.denied)

    @property
    def tint(self) -> Tint:
        for count, tint in ((self.failed, Tint.BROKEN), (self.unjudged, Tint.UNSURE), (self.waived, Tint.WAIVED)):
            if count:
                return tint
        if self.allowed:
            return Tint.OPEN if self.seen == self.allowed else Tint.UNSEEN
        return Tint.CLOSED if self.denied else Tint.NOTHING


@dataclass(frozen=True, slots=True)
class Matrix:
    """Zones in the plan's order, the cell of each ordered pair, and the hosts of each zone."""

    zones: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]
    hosts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def senders(self) -> tuple[str, ...]:
        """The zones that something can be sent from: nobody has the other addresses."""
        return tuple(zone for zone in self.zones if zone != ELSEWHERE)

    def cell(self, source: str, destination: str) -> Cell:
        """The cell of that pair, an empty one if nothing is known of it."""
        return self.cells.get((source, destination), Cell())


def matrix(plan: Plan, found: Mapping[Key, Flow]) -> Matrix:
    """Add the flows up by zone. Firewalls count as a zone of their own, addresses that nobody has as another."""
    home = {host.name: host.zone for host in plan.hosts}
    cells: defaultdict[tuple[str, str], Cell] = defaultdict(Cell)
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for host in plan.hosts:
        hosts[host.zone].append(host.name)
    for (source, destination, _, _), flow in found.items():
        for name in (source, destination):
            if name not in home:
                home[name] = ELSEWHERE
                hosts[ELSEWHERE].append(name)
        cells[home[source], home[destination]].add(flow)
    named = [zone.name for zone in plan.zones if hosts.get(zone.name)]
    routers = dict.fromkeys(host.zone for host in plan.hosts if host.kind is Kind.ROUTER)
    order = dict.fromkeys([*named, *routers, *hosts])
    spoken = {zone for pair in cells for zone in pair}
    zones = tuple(zone for zone in order if zone in spoken)
    return Matrix(zones, dict(cells), {zone: tuple(hosts[zone]) for zone in zones})
