"""One firewall against crafted packets: every case from every side that packets come from, in one batch per device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lab.plan import Family, Plan
from lab.record import Attempt, Observation, State, Verdict, Warrant
from lab.verdict import Judgement, Purpose, crafted, stopped_by, sweep
from lab.verdict.judgement import failed, passed
from lab.verify import errors, shapes
from lab.verify.ingress import Ingress, ingresses
from lab.verify.journal import DEADLINE, Journal
from lab.verify.judge import Coming, give, settle
from lab.verify.marks import NotTestable
from lab.verify.parameters import PEERS
from lab.verify.session import LabSession
from lab.verify.shapes import Case
from lab.verify.store import connect_anew
from lab.verify.trip import Wish
from lab.verify.witness import controls_for

WAIT = 0.15  # seconds for what nothing ends: pieces that the device holds
KINDS = {
    "sources": shapes.sources,
    "options": shapes.options,
    "fragments": shapes.fragments,
    "segments": shapes.segments,
    "tunnels": shapes.tunnels,
}
ALL = 256
# what routers, tunnels and transports without ports speak, and two that stand for what nobody speaks (IANA protocol numbers)
CHOSEN = (2, 4, 8, 41, 46, 47, 50, 51, 88, 89, 94, 97, 98, 103, 108, 112, 115, 132, 136, 137, 139, 142, 253, 255)
PROTOCOLS, ERRORS = "protocols", "errors"


@dataclass(frozen=True, slots=True)
class Tried:
    """A case, what became of it, and all that was seen for it: its own packet first."""

    case: Case
    judgement: Judgement
    seen: tuple[Observation, ...]

    @property
    def family(self) -> Family:
        return self.case.stand.wish.family


class _Packets(dict[str, Mapping[str, Sequence[Tried]]]):
    """Device -> kind of packet -> the cases that were tried."""


class Packets:
    """The `packets` fixture: `packets("fw-mn").with_options_are_dropped()`. What was sent once serves every test."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], *, quick: bool) -> None:
        self._session, self._controls, self._quick = session, controls, quick

    def __call__(self, device: str) -> PacketsAt:
        return PacketsAt(self._session, self._controls, device, tried(self._session, device, quick=self._quick))


class PacketsAt:
    """One firewall. Every check raises AssertionError, NotTestable or CheckError like the other fixtures."""

    def __init__(
        self, session: LabSession, controls: Sequence[str], device: str, became: Mapping[str, Sequence[Tried]]
    ) -> None:
        self._session, self._controls, self._device, self._became = session, controls, device, became

    def with_impossible_sources_are_dropped(self) -> list[Verdict]:
        """Z1: by the rule that names the address, or by anti-spoofing; not by the default deny."""
        return self._given("sources")

    def with_options_are_dropped(self, *families: Family) -> list[Verdict]:
        """Z5: IPv4 source routes, recorded routes and timestamps; IPv6 routing headers."""
        return self._given("options", families)

    def in_pieces_are_judged_whole(self, *families: Family) -> list[Verdict]:
        """Z2: fragments pass as a whole or not at all, and hide no port."""
        return self._given("fragments", families)

    def out_of_state_are_dropped(self) -> list[Verdict]:
        """Z7: no TCP segment passes but within a connection that began with a handshake."""
        return self._given("segments")

    def in_tunnels_are_dropped(self) -> list[Verdict]:
        """Z4: IPIP, 6in4, 4in6 and GRE around a packet to the other zone."""
        return self._given("tunnels")

    def of_errors_pass_only_about_own_flows(self) -> list[Verdict]:
        """Z3: ICMP errors about a live flow from a third side or to another host, about none, and redirects."""
        return self._given(ERRORS)

    def of_no_protocol_number_pass(self) -> list[Verdict]:
        """Z4: all 256 numbers (`quick`: some) from one of the body's zones, those of tunnels and old transports from every side."""
        sides: dict[tuple[Family, str | None], dict[int, Tried]] = {}
        for each in self._became[PROTOCOLS]:
            attempt = each.case.stand.attempt
            if attempt.craft is not None:
                sides.setdefault((each.family, attempt.intruder_segment), {})[attempt.craft.number] = each
        given = [verdict for mine in sides.values() for verdict in self._swept(mine)]
        if not given:
            raise NotTestable(f"no two endpoints have {self._device} between them")
        settle(given)
        return given

    def are_in_the_log(self) -> list[Verdict]:
        """ZONE-10: of each kind that was dropped as what it is, one packet's line stands in the central log within ten seconds."""
        journal, given = Journal(self._session, tuple(self._controls)), list[Verdict]()
        asked = list(dropped(self._became))
        lines = journal.lines_of(self._device, [each.seen[0] for each in asked], _words)
        for each, (line, packets) in zip(asked, lines, strict=True):
            if line:
                told = passed(Warrant.WITNESSED, f"logged as {line!r}", f"記録されました：{line!r}")
            else:
                told = failed(
                    Warrant.WITNESSED,
                    f"it was dropped at {self._device} but stood in no log after {DEADLINE:.0f} s, nor did a second one",
                    f"{self._device} で破棄されましたが、再送分も含め {DEADLINE:.0f} 秒以内に集中ログへ記録されませんでした",
                )
            subject = f"{each.case.stand.subject} in the log"
            given += [give(self._session, control, subject, told, packets) for control in self._controls]
        if not given:
            raise NotTestable(f"{self._device} dropped no packet as impossible or odd, so there is no line to look for")
        settle(given)
        return given

    def _given(self, kind: str, families: Sequence[Family] = ()) -> list[Verdict]:
        mine = [each for each in self._became[kind] if not families or each.family in families]
        if not mine:
            raise NotTestable(
                f"no packet of this kind can be made at {self._device}: no flow crosses it that it could follow"
            )
        given = [
            give(self._session, control, each.case.stand.subject, each.judgement, each.seen)
            for each in mine
            for control in self._controls
        ]
        settle(given)
        return given

    def _swept(self, mine: Mapping[int, Tried]) -> Iterator[Verdict]:
        ruleset = self._session.rulesets[self._device]
        stand = next(iter(mine.values())).case.stand
        wish, segment = stand.wish, stand.attempt.intruder_segment
        name = f"{wish.family.value} {wish.source} -> {wish.destination} at {self._device} from {segment}"
        name_ja = f"{segment} から {self._device} を経る {wish.family.value} {wish.source} -> {wish.destination}"
        became = {
            number: (each.judgement, stopped_by(each.seen[0], self._device, ruleset)) for number, each in mine.items()
        }
        beside = next(iter(mine.values())).seen[1:]
        for number, judgement in sweep(became, device=self._device, what=name, what_ja=name_ja):
            many = "every IP protocol number" if len(mine) == ALL else "IP protocols of routing, tunnels and transport"
            which = many if number is None else f"IP protocol {number}"
            seen = (*(each.seen[0] for each in mine.values()), *beside) if number is None else mine[number].seen
            for control in self._controls:
                yield give(self._session, control, f"{name}: {which}", judgement, seen)


def tried(session: LabSession, device: str, *, quick: bool) -> Mapping[str, Sequence[Tried]]:
    """Every case at this device, sent once per run. `quick`: from one side only, of IP's protocols those that are chosen.

    Those are few: they are sent together with those at other devices that tests will ask for.
    """
    known = session.memory.of(_Packets)
    if device not in known:
        devices = [device, *(one for one in session.memory.of(Coming).packets_at if one not in {device, *known})]
        for each in devices:
            if any(flow.source == each and flow.application == "syslog-tls" for flow in session.plan.allowed):
                connect_anew(
                    session, each
                )  # a line that meets a closed connection is lost, and says nothing about rules
        known.update(_send(session, {each: _cases(session, each, quick=quick) for each in devices}))
    return known[device]


def _cases(session: LabSession, device: str, *, quick: bool) -> dict[str, list[Case]]:
    """Opens the connections that errors will be about; they are known to the device for some seconds more."""
    plan = session.plan
    found: dict[str, list[Case]] = {kind: [] for kind in (*KINDS, PROTOCOLS, ERRORS)}
    known = [each for family in plan.families if (each := errors.live(plan, device, family)) is not None]
    for family in plan.families:
        sides = ingresses(plan, device, family)
        for kind, make in KINDS.items():
            found[kind] += [case for at in sides[: 1 if quick else None] for case in make(at)]
        for number, at in enumerate(_own_zones_first(plan, sides)):
            if number and quick:
                break
            found[PROTOCOLS] += shapes.protocols(at, CHOSEN if number or quick else range(ALL))
    for seen in session.prober.observe([each.lead for each in known]):
        session.saw(seen)
    found[ERRORS] = [case for each in known for case in errors.cases(plan, device, each)]
    return found


def _own_zones_first(plan: Plan, sides: Iterable[Ingress]) -> list[Ingress]:
    """The sides of a peer come after those of the body's zones; of these one first that nothing is allowed from."""
    return sorted(sides, key=lambda at: (plan.place(plan.host(at.base.source).zone) in PEERS, at.through))


def _send(session: LabSession, cases: Mapping[str, Mapping[str, Sequence[Case]]]) -> dict[str, dict[str, list[Tried]]]:
    """Device -> kind -> case: all at once, with their twins and the allowed flows that must pass beside them."""
    flat = [(at, kind, case) for at, kinds in cases.items() for kind, mine in kinds.items() for case in mine]
    extra: dict[Attempt, int] = {}
    twins = [None if case.twin is None else extra.setdefault(case.twin.attempt, len(extra)) for *_, case in flat]
    beside = [[extra.setdefault(attempt, len(extra)) for attempt in each] for each in _beside(session, flat)]
    seen = session.prober.observe([*(case.stand.attempt for *_, case in flat), *extra], wait=WAIT)
    for observation in seen:
        session.saw(observation)
    others = seen[len(flat) :]
    found: dict[str, dict[str, list[Tried]]] = {at: {kind: [] for kind in kinds} for at, kinds in cases.items()}
    for (at, kind, case), observation, place, mine in zip(flat, seen, twins, beside, strict=False):
        twin = None if place is None else others[place]
        found[at][kind].append(_tried(session, at, case, observation, twin, [others[each] for each in mine]))
    return found


def _beside(session: LabSession, flat: Iterable[tuple[str, str, Case]]) -> Iterator[tuple[Attempt, ...]]:
    """The allowed flows for each case; they depend on its ends and protocol alone."""
    known: dict[Wish, tuple[Attempt, ...]] = {}
    for *_, case in flat:
        wish = case.stand.wish
        if wish not in known:
            known[wish] = controls_for(session.plan, case.stand)
        yield known[wish]


def _tried(
    session: LabSession,
    device: str,
    case: Case,
    seen: Observation,
    twin: Observation | None,
    beside: Sequence[Observation],
) -> Tried:
    judgement = crafted(
        seen,
        (case.twin, twin) if case.twin is not None and twin is not None else None,
        beside,
        device=device,
        plan=session.plan,
        ruleset=session.rulesets[device],
        expected=case.expected,
    )
    return Tried(case, judgement, (seen, *([] if twin is None else [twin]), *beside))


def _words(packet: Observation) -> tuple[str, ...]:
    """What a firewall's log line says of this crafted packet alone."""
    mark = "ID" if packet.attempt.family is Family.IPV4 else "FLOWLBL"
    return f"{mark}={packet.number} ", f"SPT={packet.source_port} "


def dropped(became: Mapping[str, Sequence[Tried]]) -> Iterator[Tried]:
    """One packet of each kind and family that was dropped as what it is: what the log is asked for."""
    seen: set[tuple[Family, frozenset[Purpose]]] = set()
    for each in (*became["sources"], *became["options"]):
        key = each.family, each.case.expected.purposes
        if each.judgement.state is State.PASS and key not in seen:
            seen.add(key)
            yield each
