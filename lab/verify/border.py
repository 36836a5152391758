"""One firewall as a border: its running rules against the register, its own addresses, its log of what it denied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.errors import LabError
from lab.plan import Family, Plan, Protocol, route
from lab.plan import Kind as HostKind
from lab.record import Observation, State, Verdict, Warrant
from lab.verdict import Judgement, Kind, Purpose
from lab.verdict.discovery import host_documented
from lab.verdict.register.finding import ORDER
from lab.verify.compare import compare
from lab.verify.discover import Discovery
from lab.verify.journal import DEADLINE, Journal
from lab.verify.judge import give, judge_denied, judge_stands, observe, settle
from lab.verify.session import LabSession
from lab.verify.store import connect_anew
from lab.verify.trip import Stand, Wish, allowed_flow, attempt_of, devices, in_front_of, stands

KNOCKS = (
    (Protocol.TCP, 22),
    (Protocol.TCP, 443),
    (Protocol.TCP, 53),
    (Protocol.UDP, 53),
    (Protocol.UDP, 123),
    (Protocol.UDP, 514),
    (Protocol.ICMP, None),
)


def has_way(plan: Plan, wish: Wish) -> bool:
    """True if the packet comes in where the device expects its source.

    Without a route the source's own kernel sends nothing; by another way anti-spoofing ends the packet first. Neither
    would judge what the device answers: for that leg, other sources do.
    """
    try:
        way = devices(plan, wish)
        back = route(plan, wish.destination, wish.source, wish.family)
    except LabError:
        return False
    return bool(way) and back[0] == f"{wish.destination}.{way[-1][1]}/from"


REMOTE = frozenset({"internet", "home"})  # places that administration must not come from
ADMINISTRATION = (
    (Protocol.TCP, 22), (Protocol.TCP, 443), (Protocol.TCP, 830), (Protocol.TCP, 4502), (Protocol.TCP, 8443), (Protocol.UDP, 161),
    (Protocol.UDP, 3799),
)  # fmt: skip


DeniedPacket = tuple[Stand, Judgement, Observation]


class _DeniedPackets(dict[str, list[DeniedPacket]]):
    """Firewall -> packets that it denied."""


class Borders:
    """The `border` fixture: `border("fw-mn").equals_register()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], *, quick: bool) -> None:
        self._session, self._controls, self._quick = session, controls, quick

    def __call__(self, device: str) -> Border:
        return Border(self._session, self._controls, device, quick=self._quick)


class Border:
    """One firewall."""

    def __init__(self, session: LabSession, controls: Sequence[str], device: str, *, quick: bool) -> None:
        self._session, self._controls, self._device, self._quick = session, controls, device, quick

    def denies_by_default(self) -> list[Verdict]:
        """Policy drop on forward and input in both families, and every drop logged, in the rules as they run."""
        kinds = {Kind.POLICY, Kind.INPUT, Kind.ALTERATION, Kind.NO_LOG, Kind.SAMPLED_LOG}
        return compare(self._session, self._controls, self._device, kinds, "denies and logs by default")

    def drops_nothing_without_a_word(self) -> list[Verdict]:
        """Whatever drops a packet writes a line before, each time, for somebody who reads it: the rules as they run."""
        kinds = {Kind.NO_LOG, Kind.SAMPLED_LOG}
        return compare(self._session, self._controls, self._device, kinds, "logs what it drops")

    def equals_register(self) -> list[Verdict]:
        """Every entry has its rule and every accept its entry; an unexplained accept is tried with a packet."""
        kinds = set(Kind) - ORDER
        return compare(self._session, self._controls, self._device, kinds, "rules equal the register")

    def is_well_ordered(self) -> list[Verdict]:
        """No rule that never matches, none twice, no accept above a denial that it undoes, none wider than its entry."""
        return compare(self._session, self._controls, self._device, ORDER | {Kind.WIDER}, "rules in order")

    def answers_nobody(self) -> list[Verdict]:
        """Every address of the firewall, near and far, from a terminal of every zone: closed but for what the plan allows."""
        plan = self._session.plan
        wishes = []
        for source in self._terminals():
            for leg in plan.host(self._device).cables:
                for family in plan.families:
                    for protocol, port in KNOCKS[:1] if self._quick else KNOCKS:
                        wish = Wish(source, self._device, family, protocol, port, leg.segment)
                        if allowed_flow(plan, wish) is None and has_way(plan, wish):
                            wishes.append(wish)
        verdicts = judge_denied(self._session, self._controls, wishes, by=self._device)
        settle(verdicts)
        return verdicts

    def is_administered_by_nobody_outside(self) -> list[Verdict]:
        """What administration would listen on, at every address of the device: closed to the Internet and to terminals."""
        plan = self._session.plan
        outside = [one.name for one in plan.hosts if one.kind is HostKind.ENDPOINT and plan.place(one.zone) in REMOTE]
        wishes = [
            Wish(source, self._device, family, protocol, port, leg.segment)
            for source in outside
            for leg in plan.host(self._device).cables
            for family in plan.families
            for protocol, port in ADMINISTRATION
        ]
        todo = [wish for wish in wishes if allowed_flow(plan, wish) is None and has_way(plan, wish)]
        verdicts = judge_denied(self._session, self._controls, todo, by=self._device)
        settle(verdicts)
        return verdicts

    def is_closed_from_management(self) -> list[Verdict]:
        """The management zone is no way through: what its hosts send into any zone behind this firewall is denied here.

        So is what they hand to this firewall for a zone that another one leads to.
        """
        plan = self._session.plan
        senders = [h.name for h in plan.hosts if plan.place(h.zone) == "mgmt" and h.kind is not HostKind.BRIDGE]
        legs = {leg.segment for leg in plan.host(self._device).legs}
        targets = [h.name for h in plan.hosts if h.kind is HostKind.ENDPOINT and legs & {leg.segment for leg in h.legs}]
        wishes = [
            Wish(source, target, family, Protocol.TCP, port)
            for source in senders
            for target in targets
            if target not in senders
            for family in plan.families
            for port in ((443,) if self._quick else (22, 443))
        ]
        todo = [wish for wish in wishes if self._device in {device for device, _ in devices(plan, wish)}]
        if not todo:
            return self._without_management()
        verdicts = judge_denied(self._session, self._controls, todo, by=self._device)
        handed = [] if self._quick else list(self._handed(senders[0]))
        if handed:
            verdicts += judge_stands(self._session, self._controls, handed)
        settle(verdicts)
        return verdicts

    def _handed(self, sender: str) -> Iterator[Stand]:
        """Packets of that sender, on the segment that it shares with this firewall, for a host of every zone beyond another."""
        plan, seen = self._session.plan, set[str]()
        mine = {leg.segment for leg in plan.host(self._device).legs}
        shared = [leg.segment for leg in plan.host(sender).cables if leg.segment in mine]
        for host in plan.hosts:
            if not shared or host.kind is not HostKind.ENDPOINT or host.zone in seen or plan.place(host.zone) == "mgmt":
                continue
            for family in plan.families:
                wish = Wish(sender, host.name, family, Protocol.TCP, 443)
                way = {device for device, _ in devices(plan, wish)}
                if way and self._device not in way and allowed_flow(plan, wish) is None:
                    seen.add(host.zone)
                    attempt = in_front_of(plan, attempt_of(plan, wish), self._device, shared[0])
                    yield Stand(wish, self._device, attempt, note=f"handed to it on {shared[0]}")

    def _without_management(self) -> list[Verdict]:
        """The plan has no way from there to it; what runs must be what the plan says."""
        session = self._session
        found = Discovery(session, tuple(self._controls)).found(self._device)
        judgement = host_documented(session.plan, session.plan.host(self._device), found)
        if judgement.state is State.PASS:
            judgement = Judgement(
                State.PASS,
                Warrant.INSPECTED,
                f"{self._device} has no leg in the management zone, and no way from there leads to it: {judgement.message_en}",
                f"{self._device} は管理領域にインターフェースを持たず、管理領域からの経路もありません。{judgement.message_ja}",
            )
        return [
            give(self._session, control, f"{self._device} and the management zone", judgement)
            for control in self._controls
        ]

    def reports_a_denied_packet(self) -> list[Verdict]:
        """A packet that this firewall denies stands in the central log, with its source and port, within ten seconds."""
        session = self._session
        journal = Journal(session, tuple(self._controls))
        verdicts: list[Verdict] = []
        sent = self._denied_packets()[self._device]
        for stand, judgement, observation in sent:
            verdicts += [give(session, control, stand.subject, judgement, (observation,)) for control in self._controls]
        # what was not denied can't be in the log as denied
        asked = [(stand, observation) for stand, judgement, observation in sent if judgement.state is State.PASS]
        lines = journal.lines_of(self._device, [observation for _, observation in asked], _words)
        for (stand, _), (line, packets) in zip(asked, lines, strict=True):
            told = (
                Judgement(State.PASS, Warrant.WITNESSED, f"logged as {line!r}", f"記録されました：{line!r}")
                if line
                else Judgement(
                    State.FAIL,
                    Warrant.WITNESSED,
                    f"the packet was denied at {self._device} but stood in no log after {DEADLINE:.0f} s, nor did a second one",
                    f"{self._device} で遮断されたパケットが、再送分も含め {DEADLINE:.0f} 秒以内に集中ログへ"
                    "記録されませんでした",
                )
            )
            subject = f"{stand.subject} in the log"
            verdicts += [give(session, control, subject, told, packets) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _denied_packets(self) -> dict[str, list[DeniedPacket]]:
        """One denied packet per firewall and family, sent once per run: a log line takes its time."""
        session = self._session
        known = session.memory.of(_DeniedPackets)
        if not known:
            todo = [
                _first_denial(session.plan, self._terminals(), host.name, family)
                for host in session.plan.hosts
                if "firewall" in host.roles and _logs(session.plan, host.name)
                for family in session.plan.families
            ]
            for device in dict.fromkeys(stand.device for stand in todo):
                connect_anew(
                    session, device
                )  # a line that meets a closed connection is lost, and says nothing about rules
            # whatever rule stopped it: a drop that leaves no line is the finding, not the drop's reason
            for stand, judgement, observation, _ in observe(session, todo, expect=frozenset(Purpose)):
                known.setdefault(stand.device, []).append((stand, judgement, observation))
        return known

    def _terminals(self) -> list[str]:
        """One endpoint per zone, the last: where the plan has terminals, a terminal."""
        last = {host.zone: host.name for host in self._session.plan.hosts if host.kind is HostKind.ENDPOINT}
        return list(last.values())


def _words(packet: Observation) -> tuple[str, ...]:
    """What the log line of this packet alone says: ports come round again, initial sequence numbers don't."""
    return f"SPT={packet.source_port} ", f"SEQ={packet.token.removeprefix('tcp:')} "


def _logs(plan: Plan, device: str) -> bool:
    return any(flow.source == device and flow.application == "syslog-tls" for flow in plan.allowed)


def _first_denial(plan: Plan, terminals: Sequence[str], device: str, family: Family) -> Stand:
    """A tcp/443 between two zones that this firewall is the first to deny."""
    for source in terminals:
        for target in terminals:
            wish = Wish(source, target, family, Protocol.TCP, 443)
            way = devices(plan, wish) if source != target else ()
            if way and way[0][0] == device:
                return stands(plan, wish, by=device)[0]
    raise ValueError(f"no terminal stands right behind {device}")
