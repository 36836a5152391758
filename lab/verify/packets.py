"""One firewall against crafted packets: each case from every side that packets come from, in one batch per family."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lab.plan import Family
from lab.record import Attempt, Observation, State, Verdict
from lab.verdict import Judgement, crafted, stopped_by, sweep
from lab.verify import errors, shapes
from lab.verify.ingress import Ingress, ingresses
from lab.verify.judge import give, settle
from lab.verify.marks import NotTestable
from lab.verify.session import DeniedPacket, LabSession
from lab.verify.shapes import Case
from lab.verify.witness import controls_for

WAIT = 0.3  # seconds for what nothing ends: pieces that the device holds
Judged = tuple[Case, Judgement, tuple[Observation, ...]]


class Packets:
    """The `packets` fixture: `packets("fw-mn").refuse_impossible_sources()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], *, quick: bool) -> None:
        self._session, self._controls, self._quick = session, controls, quick

    def __call__(self, device: str) -> PacketsAt:
        return PacketsAt(self._session, self._controls, device, quick=self._quick)


class PacketsAt:
    """One firewall. Every check raises AssertionError, NotTestable or CheckError like the other fixtures."""

    def __init__(self, session: LabSession, controls: Sequence[str], device: str, *, quick: bool) -> None:
        self._session, self._controls, self._device, self._quick = session, controls, device, quick

    def with_impossible_sources_are_dropped(self) -> list[Verdict]:
        """Z1: by the rule that names the address, or by anti-spoofing; not by the default deny."""
        return self._given(self._judged(self._from_every_side(shapes.sources)), keep="source")

    def with_options_are_dropped(self, *families: Family) -> list[Verdict]:
        """Z5: IPv4 source routes, recorded routes and timestamps; IPv6 routing headers."""
        return self._given(self._judged(self._from_every_side(shapes.options, families)), keep="options")

    def in_pieces_are_judged_whole(self, *families: Family) -> list[Verdict]:
        """Z2: fragments pass as a whole or not at all, and hide no port."""
        return self._given(self._judged(self._from_every_side(shapes.fragments, families)))

    def out_of_state_are_dropped(self) -> list[Verdict]:
        """Z7: no TCP segment passes but within a connection that began with a handshake."""
        return self._given(self._judged(self._from_every_side(shapes.segments)))

    def in_tunnels_are_dropped(self) -> list[Verdict]:
        """Z4: IPIP, 6in4, 4in6 and GRE around a packet to the other zone."""
        return self._given(self._judged(self._from_every_side(shapes.tunnels)))

    def of_no_protocol_number_pass(self) -> list[Verdict]:
        """Z4: all 256 numbers, from the side that nothing is allowed from, else from the first."""
        given: list[Verdict] = []
        for family in self._session.plan.families:
            at = min(self._sides(family), key=lambda each: each.through)
            name = f"{family.value} {at.base.source} -> {at.base.destination} at {self._device} from {at.segment}"
            judged = self._judged(list(shapes.protocols(at)))
            given += self._swept(name, judged)
        settle(given)
        return given

    def of_errors_pass_only_about_own_flows(self) -> list[Verdict]:
        """Z3: ICMP errors about a live flow from a third side or to another host, about none, and redirects."""
        session, given = self._session, list[Verdict]()
        for family in session.plan.families:
            known = errors.live(session.plan, self._device, family)
            if known is None:
                continue
            for seen in session.prober.observe([known.lead]):
                session.saw(seen)
            given += self._verdicts(self._judged(list(errors.cases(session.plan, self._device, known))))
        if not given:
            raise NotTestable(f"no TCP flow without a fixed card crosses {self._device}: no error could be about one")
        settle(given)
        return given

    def _sides(self, family: Family) -> tuple[Ingress, ...]:
        found = ingresses(self._session.plan, self._device, family)
        return found[:1] if self._quick else found

    def _from_every_side(
        self, make: Callable[[Ingress], Iterable[Case]], families: Sequence[Family] = ()
    ) -> list[Case]:
        chosen = families or self._session.plan.families
        return [case for family in chosen for at in self._sides(family) for case in make(at)]

    def _judged(self, cases: Sequence[Case]) -> list[Judged]:
        """Send all at once, with their twins and the allowed flows that must pass beside them."""
        session = self._session
        extra: dict[Attempt, int] = {}
        beside = [
            [extra.setdefault(attempt, len(extra)) for attempt in controls_for(session.plan, case.stand)]
            for case in cases
        ]
        twins = [extra.setdefault(case.twin.attempt, len(extra)) if case.twin else None for case in cases]
        seen = session.prober.observe([*(case.stand.attempt for case in cases), *extra], wait=WAIT)
        for observation in seen:
            session.saw(observation)
        others = seen[len(cases) :]
        return [
            self._one(case, observation, None if place is None else others[place], [others[each] for each in mine])
            for case, observation, place, mine in zip(cases, seen, twins, beside, strict=False)
        ]

    def _one(self, case: Case, seen: Observation, twin: Observation | None, beside: Sequence[Observation]) -> Judged:
        judgement = crafted(
            seen,
            (case.twin, twin) if case.twin and twin else None,
            beside,
            device=self._device,
            plan=self._session.plan,
            ruleset=self._session.rulesets[self._device],
            expected=case.expected,
        )
        return case, judgement, (seen, *([twin] if twin else []), *beside)

    def _given(self, judged: Sequence[Judged], *, keep: str = "") -> list[Verdict]:
        if keep:
            self._keep(keep, judged)
        given = self._verdicts(judged)
        settle(given)
        return given

    def _verdicts(self, judged: Sequence[Judged]) -> list[Verdict]:
        return [
            give(self._session, control, case.stand.subject, judgement, seen)
            for case, judgement, seen in judged
            for control in self._controls
        ]

    def _keep(self, kind: str, judged: Sequence[Judged]) -> None:
        """One dropped packet of this kind and each family, whose line is looked for in the log later."""
        for case, judgement, seen in judged:
            key = self._device, kind, case.stand.wish.family
            if judgement.state is State.PASS and seen[0].number is not None:
                dropped: DeniedPacket = (case.stand, judgement, seen[0])
                self._session.odd_packets.setdefault(key, dropped)

    def _swept(self, name: str, judged: Sequence[Judged]) -> Iterator[Verdict]:
        ruleset = self._session.rulesets[self._device]
        became = {
            case.stand.attempt.craft.number: (judgement, stopped_by(seen[0], self._device, ruleset))
            for case, judgement, seen in judged
            if case.stand.attempt.craft is not None
        }
        every = tuple(seen[0] for _, _, seen in judged) + judged[0][2][1:]
        for number, judgement in sweep(became, device=self._device, what=name):
            subject = f"{name}: " + ("every IP protocol number" if number is None else f"IP protocol {number}")
            seen = every if number is None else judged[number][2]
            for control in self._controls:
                yield give(self._session, control, subject, judgement, seen)
