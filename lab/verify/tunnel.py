"""The `tunnel` fixture: whatever a telework terminal sends goes into its tunnel or nowhere (VPN-03 to 07, VPN-16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address

from lab.plan import Family, Host, Leg, Plan, Protocol
from lab.probe import Carrying, Prober, open_prober
from lab.probe.agent.intruder import NIC
from lab.record import Attempt, Event, Train, Verdict
from lab.verdict import Judgement, came_back, stayed_inside
from lab.verdict.questions import heard_by_nobody
from lab.verdict.replay import taken_once
from lab.verify.decisions import Decisions
from lab.verify.happenings import Happening, make_happen
from lab.verify.judge import give_all
from lab.verify.lure import Lure
from lab.verify.marks import CheckError
from lab.verify.moves import Moves
from lab.verify.outages import Outages
from lab.verify.outer_link import OuterLink
from lab.verify.questions import Questions
from lab.verify.session import DEADLINE, LabSession
from lab.verify.trip import mac_on
from lab.verify.tunnel_events import AWAIT_UP, SHORT, STATE
from lab.verify.tunnel_marks import SCREEN, WEB, Mark, Marks

ROLE = "telework_terminal"
_INTERVAL = 0.005  # seconds between two packets of a flow: 200 a second
_SLOW, _LONGEST = 0.01, 80.0  # where something takes long: its interval; seconds of the longest train
AGAIN = "sequence number verification failed"  # the gateway's daemon of a packet that was there already
_STRANGER = 66  # host number of the intruder at home
_OUTSIDE = frozenset({"house", "internet"})  # places between a terminal and its gateway


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
        self._marks = Marks(plan, self._terminal, self._router, self._outer, entry)
        self._clear = {one.name for one in plan.segments if not one.tunnel and plan.place(one.zone) in _OUTSIDE}
        self._tunnels = {leg.segment for leg in self._terminal.legs if leg.tunnel}
        self._families = plan.families

    def takes_everything(self) -> list[Verdict]:
        """To a public host, an inner one, the gateway's own address, the router at home; and what a laptop sends by itself."""
        marks = self._marks
        return self._held([*marks.every(Family.IPV4), *(one for f in self._families for one in marks.by_itself(f))])

    def takes_ipv6(self) -> list[Verdict]:
        """The same in IPv6."""
        return self._held(self._marks.every(Family.IPV6))

    def takes_questions_for_names(self) -> list[Verdict]:
        """To the foreign network's resolver and to a public one, over UDP, TCP, TLS, QUIC and HTTPS; and neither's log has any."""
        made = self._up_with([mark for family in self._families for mark in self._marks.for_names(family)])
        router, public = self._router, self._session.plan.host(self._marks.public)
        asked = Questions(self._session, self._terminal, router, public, self._outer.segment).asked()
        subject = f"{self._terminal.name}: its questions in the logs of {router.name} and {public.name}"
        return give_all(self._session, self._controls, [*made, (subject, heard_by_nobody(asked), ())])

    def lets_nothing_past_it(self) -> list[Verdict]:
        """By the outer interface itself: as any process, as root with the daemon's mark, by a packet socket.

        Also what a rule about ports doesn't see as what it is: a datagram in fragments, and data inside of ICMP echo.
        """
        made = [
            one
            for family in self._families  # one after the other: so many flows at once are too much for a busy machine
            for one in self._trains(self._past(family), lambda: self._up_meanwhile(1.5), prober=self._session.prober)
        ]
        return give_all(self._session, self._controls, made)

    def _past(self, family: Family) -> list[Carrying]:
        """Every flow that doesn't ask the routes."""
        outer, found = self._outer.segment, list[Carrying]()
        for attempt in self._marks.attempts([*self._marks.every(family), *self._marks.openings(family)]):
            found.append(Carrying(attempt, "loose", device=outer))
            found.append(self._by_hand(attempt))
        groups = self._marks.attempts(self._marks.groups(family))
        found += [Carrying(attempt, "loose", device=outer) for attempt in groups]
        website = self._marks.attempt(Mark(self._marks.website, family, WEB))
        echo = self._marks.attempt(Mark(self._marks.website, family, None, Protocol.ICMP))
        found.append(Carrying(website, "loose", device=outer, mark=self._own_mark()))
        found.append(Carrying(website, "fragments", device=outer))
        found.append(Carrying(echo, "echo", device=outer))
        return found

    def is_all_that_its_link_carries(self) -> list[Verdict]:
        """Every frame that the terminal sends on its own link while a file crosses in the tunnel."""
        self.require_up()
        return self._link().while_it_works(self._controls)

    def is_all_that_leaves_when_it_starts_anew(self) -> list[Verdict]:
        """The same from the terminal's start to its first tunnel."""
        self.require_up()
        return self._link().while_it_starts_anew(self._controls, self._marks.attempts(self._marks.telling()))

    def _link(self) -> OuterLink:
        return OuterLink(self._session, self._terminal, self._router, self._outer, self._entry, self._clear)

    def takes_no_packet_twice(self) -> list[Verdict]:
        """Packets of the tunnel are taken from the wire in front of the gateway and sent once more."""
        session, gateway = self._session, self._gateway
        self.require_up()
        log = Decisions(session, gateway.name)
        attempt = self._marks.attempt(Mark(self._marks.inner, Family.IPV4, SCREEN))
        inner = next(leg.segment for leg in gateway.legs if leg.tunnel)
        outer = f"{gateway.name}.{self._entry.to_leg}"
        seen = session.prober.replay(attempt, outer=outer, inner=f"{gateway.name}.{inner}")
        log.awaited([AGAIN] * bool(seen.sent_again))
        told = [line for line in log.lines() if AGAIN in line]
        session.keep(gateway.name, f"replay-{self._terminal.name}.txt", [seen.model_dump_json(), *told])
        judgement = taken_once(seen, len(told), told[0].partition(AGAIN)[1] if told else "")
        return give_all(
            session, self._controls, [(f"ESP of {self._terminal.name} sent twice to {gateway.name}", judgement, ())]
        )

    def hides_everything_while_it_moves(self) -> list[Verdict]:
        """The network gives the terminal another address; a second card with a better way appears."""
        website = self._marks.attempt(Mark(self._marks.website, Family.IPV4, WEB))
        inner = f"{self._marks.attempt(Mark(self._marks.inner, Family.IPV4, SCREEN)).address}:{SCREEN}"
        moves = Moves(self._session, self._terminal, self._router, self._outer, website=website.address, inner=inner)
        echo = Mark(self._marks.website, Family.IPV4, None, Protocol.ICMP)
        flows = self._telling()
        flows += [Carrying(website, "fragments"), Carrying(self._marks.attempt(echo), "echo")]
        happenings = (moves.another_card_appears, moves.address_changes)
        return [one for happen in happenings for one in self._judged(flows, happen, back=True, interval=_SLOW)]

    def hides_everything_while_it_comes_and_goes(self) -> list[Verdict]:
        """The daemon killed, stopped and started, the tunnel closed by hand, its keys made anew: always back by itself."""
        return [verdict for happening in SHORT for verdict in self._while(happening)]

    def takes_what_offered_routes_would_lead_past_it(self) -> list[Verdict]:
        """The network's DHCP offers host routes by way of an attacker (options 121 and 249), its router the inner prefix.

        And a second router, preferred to the first, announces itself as the way to everything and to the inner prefix.
        """
        ends = ((self._marks.website, WEB), (self._marks.inner, SCREEN))
        marks = [Mark(name, family, port) for family in self._families for name, port in ends]
        flows = [Carrying(one, "loose") for one in self._marks.attempts(marks)]
        targets = [one.attempt.address for one in flows]
        inner = [one.attempt.address for one in flows if one.attempt.destination == self._marks.inner]
        lure = Lure(self._session, self._router, self._terminal, self._outer, targets=targets, inner=inner)
        try:
            return self._judged(flows, lure.laid, tunnelled=True)
        finally:
            lure.taken_away()

    def hides_everything_while_others_fail(self) -> list[Verdict]:
        """The gateway's daemon dies or is stopped, the SA's lifetime ends while rekeying is blocked, the home router goes down."""
        outages, flows = self._outages(), self._telling()
        happenings = (outages.gateway_dies, outages.gateway_stops, outages.keys_run_out, outages.router_goes_down)
        return [one for happen in happenings for one in self._judged(flows, happen, back=True, interval=_SLOW)]

    def hides_everything_while_its_gateway_is_gone(self) -> list[Verdict]:
        """The gateway's host is stopped and started anew. The prober leaves it alone: it would keep its namespace.

        Nothing is sent to the gateway itself: a border that starts ends all sessions that no rule names, again and again.
        """
        session, name = self._session, self._gateway.name
        session.require_untouched()
        assert session.rulesets  # read before: what comes up afterwards is compared with it
        session.release_prober()
        with open_prober(
            session.engine, session.lab, deadline=DEADLINE, without=(name,), numbers=session.numbers
        ) as prober:
            flows = [one for one in self._telling() if one.attempt.destination != name]
            made = self._trains(flows, self._outages().gateway_is_gone, back=True, interval=_SLOW, prober=prober)
        if all(
            drift.host == name for drift in session.lab.drift()
        ):  # what came over others meanwhile is nothing to keep
            session.lab.record_state()
        session.disturbed(name)
        return give_all(session, self._controls, made)

    def _outages(self) -> Outages:
        return Outages(self._session, self._terminal, self._gateway, self._router, self._outer.segment)

    def _telling(self) -> list[Carrying]:
        return [Carrying(one, "loose") for one in self._marks.attempts(self._marks.telling())]

    def _while(self, happening: Happening) -> list[Verdict]:
        name, flows = self._terminal.name, self._telling()
        return self._judged(flows, lambda: make_happen(self._session.channel(name), name, happening), back=True)

    def _held(self, marks: Sequence[Mark]) -> list[Verdict]:
        """While the tunnel is up and stays it."""
        return give_all(self._session, self._controls, self._up_with(marks))

    def _up_with(self, marks: Sequence[Mark]) -> list[tuple[str, Judgement, Sequence[Train]]]:
        carriers = {Protocol.UDP: "loose", Protocol.TCP: "syn"}
        flows = [Carrying(self._marks.attempt(mark), carriers[mark.protocol]) for mark in marks]
        return self._trains(flows, lambda: self._up_meanwhile(1.5), tunnelled=True, prober=self._session.prober)

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
        prober = self._session.prober
        made = self._trains(flows, happen, back=back, tunnelled=tunnelled, interval=interval, prober=prober)
        return give_all(self._session, self._controls, made)

    def _trains(
        self,
        flows: Sequence[Carrying],
        happen: Callable[[], Event],
        *,
        prober: Prober,
        back: bool = False,
        tunnelled: bool = False,
        interval: float = _INTERVAL,
    ) -> list[tuple[str, Judgement, Sequence[Train]]]:
        session = self._session
        self.require_up()
        strangers = [self._stranger(one) for one in flows]
        with prober.train([*flows, *strangers], interval=interval, count=8000, seconds=_LONGEST) as trains:
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
        return made

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
        if one.carrier in {"fragments", "echo", "syn"}:
            return Carrying(attempt, one.carrier)
        if _is_group_of_link(attempt.address):
            return Carrying(attempt, "loose", device=NIC)
        return Carrying(attempt, "loose" if one.attempt.protocol is Protocol.TCP else "udp")

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
        service = "icmp echo" if attempt.port is None else f"{attempt.protocol}/{attempt.port}"
        way = {"packet": " by a packet socket"}.get(train.carrier, f" by {train.device}" if train.device else "")
        way = f" in fragments{way}" if train.carrier == "fragments" else way
        marked = " marked" if train.mark else ""
        group = f" ({attempt.address})" if ip_address(attempt.address).is_multicast else ""
        flow = f"{attempt.family} {service} {attempt.source} -> {attempt.destination}"
        return f"{flow}{group}{way}{marked}, {event.what if event else ''}"


def _is_group_of_link(address: str) -> bool:
    """A multicast group of IPv6, which a packet is sent to by a link and not by a route."""
    return ip_address(address).is_multicast and ":" in address


def _router(plan: Plan, terminal: Host, outer: Leg) -> Host:
    via = {str(route.via) for route in terminal.routes if route.leg == outer.segment}
    return next(host for host in plan.hosts for leg in host.legs for one in leg.addresses if str(one.ip) in via)
