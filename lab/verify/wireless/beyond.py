"""What a station reaches: what the plan allows it, and beyond its own segment nobody else (WLAN-07, WLAN-21)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from lab.plan import AirHost, AllowedFlow, Family, Kind, Plan, Protocol
from lab.record import Observation, Verdict
from lab.verdict import Judgement
from lab.verdict.alive import arrived
from lab.verdict.beyond import Allowed, Sent, arrives, ends_at_the_border
from lab.verdict.words import packet
from lab.verify.judge import give_all
from lab.verify.services import REPRESENTATIVE
from lab.verify.session import LabSession
from lab.verify.trip import Wish, address, allowed_flow, stands, wish_of
from lab.verify.wireless.between import overheard, party
from lab.verify.wireless.hosts import CONNECTED, OnAir, Station, on_air
from lab.verify.wireless.sending import send, way_of
from lab.verify.wireless.tagged import tags
from lab.verify.witness import controls_for

OUTSIDE = frozenset({"internet", "house", "home", "guest"})  # places
Given = tuple[str, Judgement, Sequence[Observation]]


class Borders:
    """The `station_border` fixture: `station_border(network).lets_nothing_out()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, station: Station) -> Border:
        return Border(self._session, self._controls, station)


class Border:
    """The edge of one network's segment, tried from the station that is on it."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], station: Station) -> None:
        self._session, self._controls, self._station = session, controls, station
        self._plan, self._host = session.plan, station.host

    def lets_out_what_is_allowed(self) -> list[Verdict]:
        """Every flow that the plan allows the station, in both families: it arrives, and over TCP it is answered."""
        station, given = self._joined(), list[Given]()
        for family in self._plan.families:
            flows = self._flows(family)
            wishes = [wish_of(flow, family) for flow in flows]
            seen = [
                Allowed(str(wish), places, way.entry, way.last, _answered(station, self._plan, wish))
                for wish, places in zip(wishes, send(self._session, self._station, wishes), strict=True)
                for way in [way_of(self._plan, wish)]
            ]
            if seen:
                given.append((f"{family.value} {self._host.name}: what is allowed", arrives(seen), ()))
        return give_all(self._session, self._controls, given)

    def lets_nothing_out(self) -> list[Verdict]:
        """Every other representative flow to every host of every other zone, in both families: stopped by the first router.

        VLAN tags lead nowhere either, and no frame comes to a station of another network.
        """
        return self._judged([zone.name for zone in self._plan.zones if zone.name != self._host.zone], frozenset())

    def lets_visitors_into_no_zone(self) -> list[Verdict]:
        """The same to the zones inside; what goes astray on the public side is no way in."""
        inside = [zone.name for zone in self._plan.zones if zone.place not in OUTSIDE]
        outside = {zone.name for zone in self._plan.zones if zone.place in OUTSIDE}
        return self._judged(inside, frozenset(one.name for one in self._plan.segments if one.zone in outside))

    def _joined(self) -> OnAir:
        station = OnAir(self._session, self._host.name)
        station.join()
        station.awaits(CONNECTED)
        return station

    def _judged(self, zones: Sequence[str], outside: frozenset[str]) -> list[Verdict]:
        self._joined()
        given: list[Given] = [*tags(self._session, self._station), *self._at_others()]
        for family in self._plan.families:
            asks = {zone: wishes for zone in zones if (wishes := self._denied(zone, family))}
            if not asks:
                continue
            mine = [wish_of(flow, family) for flow in self._flows(family)]
            through = [wish for wish in mine if not way_of(self._plan, wish).direct]
            tried = [*chain.from_iterable(asks.values()), *through]
            places = dict(zip(tried, send(self._session, self._station, tried), strict=True))
            own = {str(wish): way_of(self._plan, wish).last in places[wish] for wish in through}
            for zone, wishes in asks.items():
                seen = self._controls_of(wishes)
                flows = own | {packet(one.attempt): arrived(one) for one in seen}
                judgement = ends_at_the_border(
                    [self._sent(wish, places[wish], outside) for wish in wishes],
                    alive=[name for name, came in flows.items() if came],
                    dead=[name for name, came in flows.items() if not came],
                )
                given.append((f"{family.value} {self._host.name} -> {zone}", judgement, seen))
        return give_all(self._session, self._controls, given)

    def _at_others(self) -> list[Given]:
        """What it sends on the air, at the stations of the other networks."""
        others = [one for one in on_air(self._plan) if one.ssid != self._station.ssid]
        for one in others:
            station = OnAir(self._session, one.host.name)
            station.join()
            station.awaits(CONNECTED)
        return [*overheard(self._session, [(party(self._station), party(one)) for one in others])] if others else []

    def _flows(self, family: Family) -> list[AllowedFlow]:
        return [one for one in self._plan.every_flow if one.source == self._host.name and family in one.families]

    def _sent(self, wish: Wish, places: frozenset[str], outside: frozenset[str]) -> Sent:
        way = way_of(self._plan, wish)
        return Sent(str(wish), places, way.entry, way.first, outside)

    def _denied(self, zone: str, family: Family) -> list[Wish]:
        """The representative flows to every host of a zone that the plan doesn't allow, and that somebody would have to forward."""
        stations = [one.host.name for one in on_air(self._plan) if one.host.zone == zone]
        wired = [host.name for host in self._plan.hosts if host.zone == zone and host.kind is Kind.ENDPOINT]
        wishes = [
            Wish(self._host.name, name, family, protocol, port)
            for name in (*stations, *wired)
            for protocol, port in REPRESENTATIVE
        ]
        return [
            wish for wish in wishes if not way_of(self._plan, wish).direct and allowed_flow(self._plan, wish) is None
        ]

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


def _answered(station: OnAir, plan: Plan, wish: Wish) -> bool | None:
    """Whether a connection of the station's own kernel opens; None: nothing of that kind is asked."""
    if wish.protocol is not Protocol.TCP:
        return None
    there = address(plan, wish)
    name = there if wish.family is Family.IPV4 else f"[{there}]"
    line = f"timeout 12 socat -u OPEN:/dev/null TCP:{name}:{wish.port},connect-timeout=10"
    return station.channel.run(line, timeout=60).rc == 0


def _of(wish: Wish, twin: str) -> Wish:
    return Wish(twin, wish.destination, wish.family, wish.protocol, wish.port)


def _wired(plan: Plan, station: AirHost) -> str | None:
    """A wired host of the same segment: its flows cross the same router."""
    near = (
        host for host in plan.hosts if host.kind is Kind.ENDPOINT and host.legs[0].segment == station.legs[0].segment
    )
    return next((host.name for host in near), None)
