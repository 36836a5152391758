"""The `tunnel` fixture: whatever a telework terminal sends goes into its tunnel or nowhere (VPN-03 to 07, VPN-16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.plan import Family, Host, Leg, Plan, Protocol
from lab.probe import Carrying
from lab.record import Attempt, Event, Train, Verdict
from lab.verdict import Judgement, came_back, stayed_inside
from lab.verify.happenings import Happening, make_happen
from lab.verify.judge import give_all
from lab.verify.lure import Lure
from lab.verify.marks import CheckError
from lab.verify.outages import Outages
from lab.verify.session import LabSession
from lab.verify.trip import mac_on
from lab.verify.tunnel_events import AWAIT_UP, SHORT, STATE

ROLE = "telework_terminal"
_INTERVAL = 0.005  # seconds between two packets of a flow: 200 a second
_SLOW, _LONGEST = 0.01, 80.0  # where something takes long: its interval; seconds of the longest train
_STRANGER = 66  # host number of the intruder at home
_OUTSIDE = frozenset({"house", "internet"})  # places between a terminal and its gateway
WEB, NAMES, NAMES_TLS, ESP, SCREEN = 443, 53, 853, 4500, 3389


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a canary is sent to: a host's address and port, and by which kind of packet."""

    host: str
    family: Family
    port: int
    protocol: Protocol = Protocol.UDP
    leg: str | None = None


class Tunnels:
    """The fixture itself."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, terminal: str) -> Tunnel:
        return Tunnel(self._session, self._controls, terminal)


class Tunnel:
    """One terminal and the packets that it tries to send past its tunnel."""

    def __init__(self, session: LabSession, controls: Sequence[str], terminal: str) -> None:
        self._session, self._controls, self._terminal = session, controls, session.plan.host(terminal)
        plan = session.plan
        self._outer = next(leg for leg in self._terminal.legs if leg.dynamic)
        entry = next(flow for flow in plan.allowed if flow.source == terminal and flow.application == "ike")
        self._gateway, self._entry = plan.host(entry.destination), entry
        self._router = _router(plan, self._terminal, self._outer)
        self._clear = {one.name for one in plan.segments if not one.tunnel and plan.place(one.zone) in _OUTSIDE}
        self._tunnels = {leg.segment for leg in self._terminal.legs if leg.tunnel}

    def takes_everything(self) -> list[Verdict]:
        """To a public host, to an inner one, to the gateway's own address, to the router of the foreign network."""
        return self._held(self._every(Family.IPV4))

    def takes_ipv6(self) -> list[Verdict]:
        """The same in IPv6."""
        return self._held(self._every(Family.IPV6))

    def takes_questions_for_names(self) -> list[Verdict]:
        """To the foreign network's resolver, to a public one, over TLS and over HTTPS."""
        plan, marks = self._session.plan, []
        public = next(host.name for host in plan.hosts if "authority" in host.roles)
        for family in plan.families:
            for host, leg in ((self._router.name, self._outer.segment), (public, None)):
                marks += [Mark(host, family, NAMES, leg=leg), Mark(host, family, NAMES, Protocol.TCP, leg)]
            marks += [Mark(public, family, NAMES_TLS, Protocol.TCP), Mark(_website(plan), family, WEB, Protocol.TCP)]
        return self._held(marks)

    def lets_nothing_past_it(self) -> list[Verdict]:
        """By the outer interface itself: as any process, as root with the daemon's mark, by a packet socket."""
        plan, outer, found = self._session.plan, self._outer.segment, []
        for family in plan.families:
            for mark in self._every(family):
                attempt = self._attempt(mark)
                found.append(Carrying(attempt, "loose", device=outer))
                found.append(self._by_hand(attempt))
            website = Mark(_website(plan), family, WEB)
            found.append(Carrying(self._attempt(website), "loose", device=outer, mark=self._own_mark()))
        return self._judged(found, lambda: self._up_meanwhile(1.5))

    def hides_everything_while_it_comes_and_goes(self) -> list[Verdict]:
        """The daemon killed, stopped and started, the tunnel closed by hand, its keys made anew: always back by itself."""
        return [verdict for happening in SHORT for verdict in self._while(happening)]

    def takes_what_offered_routes_would_lead_past_it(self) -> list[Verdict]:
        """The network's DHCP offers host routes by way of an attacker (options 121 and 249), its router the inner prefix."""
        website, inner = _website(self._session.plan), self._inner()
        marks = [Mark(name, Family.IPV4, port) for name, port in ((website, WEB), (inner, SCREEN))]
        marks += [Mark(inner, Family.IPV6, SCREEN)] if Family.IPV6 in self._session.plan.families else []
        flows = [Carrying(self._attempt(mark), "loose") for mark in marks]
        targets = [one.attempt.address for one in flows]
        lure = Lure(self._session, self._router, self._terminal, self._outer, targets)
        try:
            return self._judged(flows, lure.laid, tunnelled=True)
        finally:
            lure.taken_away()

    def hides_everything_while_others_fail(self) -> list[Verdict]:
        """The gateway dies, the SA's lifetime ends while rekeying is blocked, the home router goes down."""
        outages = Outages(self._session, self._terminal, self._gateway, self._router, self._outer.segment)
        flows = [Carrying(self._attempt(mark), "loose") for mark in self._four()]
        happenings = (outages.gateway_dies, outages.keys_run_out, outages.router_goes_down)
        return [one for happen in happenings for one in self._judged(flows, happen, back=True, interval=_SLOW)]

    def _while(self, happening: Happening) -> list[Verdict]:
        name = self._terminal.name
        flows = [Carrying(self._attempt(mark), "loose") for mark in self._four()]
        return self._judged(flows, lambda: make_happen(self._session.channel(name), name, happening), back=True)

    def _held(self, marks: Sequence[Mark]) -> list[Verdict]:
        """While the tunnel is up and stays it."""
        carriers = {Protocol.UDP: "loose", Protocol.TCP: "syn"}
        flows = [Carrying(self._attempt(mark), carriers[mark.protocol]) for mark in marks]
        return self._judged(flows, lambda: self._up_meanwhile(1.5), tunnelled=True)

    def _judged(
        self,
        flows: Sequence[Carrying],
        happen: Callable[[], Event],
        *,
        back: bool = False,
        tunnelled: bool = False,
        interval: float = _INTERVAL,
    ) -> list[Verdict]:
        """All flows in one train with the same packets of a stranger beside them. `back`: the event ends a tunnel."""
        session = self._session
        self.require_up()
        strangers = [self._stranger(one) for one in flows]
        with session.prober.train([*flows, *strangers], interval=interval, count=8000, seconds=_LONGEST) as trains:
            event = happen()
        made: list[tuple[str, Judgement, Sequence[Train]]] = []
        if back:
            made.append((f"{self._terminal.name} after {event.what}", came_back(event), ()))
        for train, stranger in zip(trains[: len(flows)], trains[len(flows) :], strict=True):
            here, there = train.model_copy(update={"event": event}), stranger.model_copy(update={"event": event})
            session.saw_train(here)
            session.saw_train(there)
            judgement = stayed_inside(here, there, clear=self._clear, tunnels=self._tunnels, tunnelled=tunnelled)
            made.append((self._subject(here), judgement, (here, there)))
        return give_all(session, self._controls, made)

    def require_up(self) -> None:
        """Whoever asks what a tunnel hides must have one. CheckError if it isn't up, or doesn't come up in time."""
        if self._session.channel(self._terminal.name).run(AWAIT_UP, timeout=60).rc:
            raise CheckError(f"{self._terminal.name} has no tunnel: `lab logs {self._terminal.name}` says why")

    def _up_meanwhile(self, seconds: float) -> Event:
        """Nothing happens; the tunnel is the same before and after."""
        channel = self._session.channel(self._terminal.name)
        line = f"date +%s%N; {STATE}; sleep {seconds}; {STATE}; date +%s%N"
        began, before, after, ended = channel.run(line, timeout=20).check().stdout.decode().splitlines()
        return Event(
            device=self._terminal.name,
            what="the tunnel is up",
            began_ns=int(began),
            ended_ns=int(ended),
            before=before,
            after=after,
            happened=before == after and before.startswith("SA "),
        )

    def _four(self) -> list[Mark]:
        """The four that tell every way past a tunnel apart."""
        website, screen = _website(self._session.plan), self._inner()
        found = [Mark(website, family, WEB) for family in self._session.plan.families]
        return [*found, Mark(screen, Family.IPV4, SCREEN), self._esp(Family.IPV4)]

    def _every(self, family: Family) -> list[Mark]:
        plan = self._session.plan
        home = Mark(self._router.name, family, NAMES, leg=self._outer.segment)
        return [Mark(_website(plan), family, WEB), Mark(self._inner(), family, SCREEN), self._esp(family), home]

    def _esp(self, family: Family) -> Mark:
        """The gateway's own address and port, as a process would that is not the daemon."""
        return Mark(self._gateway.name, family, ESP, leg=self._entry.to_leg)

    def _inner(self) -> str:
        """Whom it may talk to through the tunnel."""
        name = self._terminal.name
        return next(one.destination for one in self._session.plan.allowed if one.source == name and not one.anyone)

    def _attempt(self, mark: Mark) -> Attempt:
        address = self._session.plan.host(mark.host).address(mark.family, mark.leg)
        return Attempt(
            source=self._terminal.name,
            destination=mark.host,
            address=str(address),
            family=mark.family,
            protocol=mark.protocol,
            port=mark.port,
        )

    def _stranger(self, one: Carrying) -> Carrying:
        """The same packets, by an intruder on the terminal's own link."""
        version = 4 if one.attempt.family is Family.IPV4 else 6
        network = next(each.network for each in self._outer.addresses if each.version == version)
        attempt = one.attempt.model_copy(
            update={
                "intruder_segment": self._outer.segment,
                "intruder_next_hop": mac_on(self._router, self._outer.segment),
                "intruder_source": str(network[_STRANGER]),
            }
        )
        return Carrying(attempt, "syn" if one.attempt.protocol is Protocol.TCP else "udp")

    def _by_hand(self, attempt: Attempt) -> Carrying:
        outer = self._outer.segment
        return Carrying(
            attempt,
            "packet",
            device=outer,
            source_address=str(self._terminal.address(attempt.family, outer)),
            next_hop=mac_on(self._router, outer),
        )

    def _own_mark(self) -> int:
        """The mark that the terminal's kill switch knows the daemon's packets by."""
        line = "sed -n 's/^MARK=//p' /etc/sanso/telework_terminal/settings"
        return int(self._session.channel(self._terminal.name).run(line).check().stdout, 16)

    def _subject(self, train: Train) -> str:
        attempt, event = train.attempt, train.event
        service = f"{attempt.protocol}/{attempt.port}"
        way = {"packet": " by a packet socket"}.get(train.carrier, f" by {train.device}" if train.device else "")
        marked = " marked" if train.mark else ""
        return f"{attempt.family} {service} {attempt.source} -> {attempt.destination}{way}{marked}, {event.what if event else ''}"


def _router(plan: Plan, terminal: Host, outer: Leg) -> Host:
    via = {str(route.via) for route in terminal.routes if route.leg == outer.segment}
    return next(host for host in plan.hosts for leg in host.legs for one in leg.addresses if str(one.ip) in via)


def _website(plan: Plan) -> str:
    """Somebody public."""
    return next(host.name for host in plan.hosts if "web_app" in host.roles and plan.place(host.zone) == "internet")
