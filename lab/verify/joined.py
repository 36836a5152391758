"""Segments that pretend to belong to a registered connection: into a real one from another card, or to one that isn't there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.plan import AllowedFlow, Family, Protocol
from lab.record import Attempt, Craft, Observation, Shape, State, Verdict
from lab.verdict import Expectation, Judgement, Purpose, crafted
from lab.verdict.craft_words import flags
from lab.verdict.judgement import not_testable
from lab.verdict.stop import state_seen
from lab.verify.errors import PORTS, lead_of
from lab.verify.judge import give
from lab.verify.marks import NotTestable
from lab.verify.session import LabSession
from lab.verify.shapes import NO_BEGINNING, SEGMENTS
from lab.verify.trip import Stand, Wish, address, devices, in_front_of, mac_on
from lab.verify.witness import controls_for

FOREIGN_CARD = Expectation(frozenset({Purpose.MAC_BINDING}))


def judge_foreign_card(session: LabSession, controls: Sequence[str], entry: AllowedFlow) -> list[Verdict]:
    """One verdict per family and control: the connection is answered, then an intruder's segment joins it (TC-01)."""
    plan = session.plan
    pairs = [_pair(session, Wish(entry.source, entry.destination, f, entry.protocol, entry.port)) for f in _tcp(entry)]
    seen = session.prober.observe([attempt for _, *pair in pairs for attempt in pair])
    given: list[Verdict] = []
    for (stand, _, _), lead, joined in zip(pairs, seen[::2], seen[1::2], strict=True):
        for observation in (lead, joined):
            session.saw(observation)
        rules = session.rulesets[stand.device]
        judgement = crafted(joined, None, [lead], device=stand.device, plan=plan, ruleset=rules, expected=FOREIGN_CARD)
        judgement = _joined(judgement, joined, stand)
        given += [give(session, control, stand.subject, judgement, (joined, lead)) for control in controls]
    return given


def _tcp(entry: AllowedFlow) -> tuple[Family, ...]:
    if entry.protocol is not Protocol.TCP:
        raise NotTestable(f"{entry.id} is no TCP flow: the prober joins TCP connections only")
    return entry.families


def _pair(session: LabSession, wish: Wish) -> tuple[Stand, Attempt, Attempt]:
    """(what is judged, the real connection, the segment that joins it)."""
    plan = session.plan
    device, segment = devices(plan, wish)[0]
    lead = lead_of(plan, wish)
    joining = in_front_of(plan, lead, device, segment).model_copy(update={"craft": Craft(shape=Shape.INSIDE)})
    return Stand(wish, device, joining, note="from another MAC within the connection"), lead, joining


def _joined(judgement: Judgement, seen: Observation, stand: Stand) -> Judgement:
    """A drop says something of established flows only if the device took the packet for part of one."""
    state = state_seen(seen.trace, stand.device)
    if judgement.state is not State.PASS or state == "established":
        return judgement
    return not_testable(
        f"{stand.subject}: {stand.device} took the segment for {state or 'nothing known'}, not for part of the connection",
        f"{stand.subject}：{stand.device} はこのセグメントを確立済み接続の一部として扱いませんでした（{state or '不明'}）",
    )


def judge_peer_segments(session: LabSession, controls: Sequence[str], entry: AllowedFlow) -> list[Verdict]:
    """Every kind of segment that begins nothing, from the peer's registered port towards the source (TC-06)."""
    stands = list(_from_the_peer(session, entry))
    beside = list(dict.fromkeys(attempt for stand in stands for attempt in controls_for(session.plan, stand)))
    seen = session.prober.observe([*(stand.attempt for stand in stands), *beside])
    for observation in seen:
        session.saw(observation)
    others, given = seen[len(stands) :], list[Verdict]()
    for stand, observation in zip(stands, seen, strict=False):
        rules = session.rulesets[stand.device]
        judgement = crafted(
            observation,
            None,
            others,
            device=stand.device,
            plan=session.plan,
            ruleset=rules,
            expected=NO_BEGINNING,
        )
        given += [give(session, control, stand.subject, judgement, (observation, *others)) for control in controls]
    return given


def _from_the_peer(session: LabSession, entry: AllowedFlow) -> Iterator[Stand]:
    plan = session.plan
    for family in _tcp(entry):
        there = Wish(entry.destination, entry.source, family, Protocol.TCP, PORTS[0])
        device, segment = devices(plan, there)[0]
        for number in SEGMENTS:
            attempt = Attempt(
                source=there.source,
                destination=there.destination,
                address=address(plan, there),
                family=family,
                protocol=Protocol.TCP,
                port=there.port,
                source_port=entry.port,
                intruder_segment=segment,
                intruder_next_hop=mac_on(plan.host(device), segment),
                intruder_source=str(plan.host(there.source).address(family)),
                craft=Craft(shape=Shape.FLAGS, number=number),
            )
            yield Stand(there, device, attempt, note=f"from port {entry.port}, flags {flags(number)}")
