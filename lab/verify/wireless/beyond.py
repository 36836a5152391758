"""What a station reaches beyond its own segment: nobody, for no firewall opens anything to it yet (WLAN-07, WLAN-21)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from lab.plan import AirHost, Family, Host, Kind, Leg, Plan
from lab.probe.air.parcels import Parcel, pack, post
from lab.record import Observation, Verdict
from lab.verdict import Judgement
from lab.verdict.beyond import Sent, ends_at_the_border
from lab.verdict.words import host_of, packet
from lab.verify.judge import give_all
from lab.verify.services import REPRESENTATIVE
from lab.verify.session import LabSession
from lab.verify.trip import Wish, mac_on, stands, target_of
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station, on_its_segment
from lab.verify.witness import controls_for

OUTSIDE = frozenset({"internet", "house", "home", "guest"})  # places
BATCH = 100  # packets of one command
ROUNDS = 3  # what the air lost is sent again


class Borders:
    """The `station_border` fixture: `station_border(network).lets_nothing_out()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Border:
        return Border(self._session, self._controls, station)


@dataclass(frozen=True, slots=True)
class _Ask:
    """A flow and the zone that it would lead to."""

    wish: Wish
    zone: str


class Border:
    """The edge of one network's segment, tried from the station that is on it."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], station: Station) -> None:
        self._session, self._controls, self._station = session, controls, station
        self._plan, self._host = session.plan, station.host
        self._leg: Leg = station.host.legs[0]

    def lets_nothing_out(self) -> list[Verdict]:
        """Every representative flow to every host of every other zone, in both families: stopped by the first router."""
        return self._judged([zone.name for zone in self._plan.zones if zone.name != self._host.zone], frozenset())

    def lets_visitors_into_no_zone(self) -> list[Verdict]:
        """The same to the zones inside; what goes astray on the public side is no way in."""
        inside = [zone.name for zone in self._plan.zones if zone.place not in OUTSIDE]
        outside = {zone.name for zone in self._plan.zones if zone.place in OUTSIDE}
        return self._judged(inside, frozenset(one.name for one in self._plan.segments if one.zone in outside))

    def _judged(self, zones: Sequence[str], outside: frozenset[str]) -> list[Verdict]:
        given: list[tuple[str, Judgement, Sequence[Observation]]] = []
        OnAir(self._session, self._host.name).join()
        OnAir(self._session, self._host.name).awaits(CONNECTED)
        for family in self._plan.families:
            asks = [ask for zone in zones for ask in self._asks(zone, family)]
            if not asks:
                continue
            sent = self._send(asks, outside)
            for zone in dict.fromkeys(ask.zone for ask in asks):
                mine = [one for one, ask in zip(sent, asks, strict=True) if ask.zone == zone]
                seen = self._controls_of([ask.wish for ask in asks if ask.zone == zone])
                alive = [packet(one.attempt) for one in seen if _arrived(one)]
                dead = [packet(one.attempt) for one in seen if not _arrived(one)]
                judgement = ends_at_the_border(mine, alive=alive, dead=dead)
                given.append((f"{family.value} {self._host.name} -> {zone}", judgement, seen))
        return give_all(self._session, self._controls, given)

    def _asks(self, zone: str, family: Family) -> Iterable[_Ask]:
        for host in self._plan.hosts:
            if host.zone != zone or host.kind is not Kind.ENDPOINT:
                continue
            for protocol, port in REPRESENTATIVE:
                wish = Wish(self._host.name, host.name, family, protocol, port)
                if not self._near(wish):
                    yield _Ask(wish, zone)

    def _near(self, wish: Wish) -> bool:
        """Whether its target is on the station's own segment."""
        return any(target_of(self._plan, wish) in each.network for each in self._leg.addresses)

    def _send(self, asks: Sequence[_Ask], outside: frozenset[str]) -> list[Sent]:
        station, entry = self._session.channel(self._host.name), on_its_segment(self._plan, self._station)
        packed = [pack(self._parcel(ask.wish), number) for number, ask in enumerate(asks)]
        places: dict[int, frozenset[str]] = {number: frozenset() for number in range(len(asks))}
        for _ in range(ROUNDS):
            waiting = [number for number, seen in places.items() if entry not in seen]
            if not waiting:
                break
            self._session.prober.record()
            for start in range(0, len(waiting), BATCH):
                post(station, "wlan", [packed[number][1] for number in waiting[start : start + BATCH]])
            seen = self._session.prober.recorded([packed[number][0] for number in waiting]).seen
            places |= {number: places[number] | found for number, found in zip(waiting, seen, strict=True)}
        doors = frozenset({f"{self._router.name}.{self._leg.segment}/to"})
        return [Sent(str(ask.wish), places[number], entry, doors, outside) for number, ask in enumerate(asks)]

    def _parcel(self, wish: Wish) -> Parcel:
        source = self._host.address(wish.family)
        target, hop = str(target_of(self._plan, wish)), mac_on(self._router, self._leg.segment)
        return Parcel(wish.family, wish.protocol, str(source), target, wish.port, self._host.mac, hop)

    @cached_property
    def _router(self) -> Host:
        via = {route.via for route in self._host.routes}
        return next(host for host in self._plan.hosts for leg in host.legs if {one.ip for one in leg.addresses} & via)

    def _controls_of(self, wishes: Sequence[Wish]) -> list[Observation]:
        """What must get through meanwhile for each transport: through the same router, where the plan has such a flow."""
        twin = _wired(self._plan, self._host)
        if twin is None:
            return []
        kinds = {wish.protocol: wish for wish in wishes}.values()
        first = [next(iter(stands(self._plan, _of(wish, twin))), None) for wish in kinds]
        attempts = dict.fromkeys(one for stand in first if stand for one in controls_for(self._plan, stand))
        seen = self._session.prober.observe(list(attempts)) if attempts else []
        for one in seen:
            self._session.saw(one)
        return list(seen)


def _arrived(seen: Observation) -> bool:
    return any(one.direction == "to" and host_of(one.port) == seen.attempt.destination for one in seen.sightings)


def _of(wish: Wish, twin: str) -> Wish:
    return Wish(twin, wish.destination, wish.family, wish.protocol, wish.port)


def _wired(plan: Plan, station: AirHost) -> str | None:
    """A wired host of the same segment: its flows cross the same router."""
    near = (
        host for host in plan.hosts if host.kind is Kind.ENDPOINT and host.legs[0].segment == station.legs[0].segment
    )
    return next((host.name for host in near), None)
