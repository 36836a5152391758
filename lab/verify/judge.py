"""Send wishes, watch, and give verdicts: the road from a suite's sentence to evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from lab.record import Application, Attempt, Observation, State, Train, Verdict
from lab.verdict import Judgement, Purpose, denied, device_closed
from lab.verdict.denied import DENIALS
from lab.verify.session import LabSession
from lab.verify.trip import Stand, Wish, stands
from lab.verify.witness import controls_for

BATCH = 150
Tried = tuple[Attempt, str, bool]  # what was sent, who should stop it, whether it is for the device itself


def judge_denied(
    session: LabSession, controls: Sequence[str], wishes: Sequence[Wish], *, by: str | None = None
) -> list[Verdict]:
    """One verdict per control, wish and enforcing device, each with its witness in the same batch."""
    todo = [stand for wish in wishes for stand in stands(session.plan, wish, by=by)]
    return judge_stands(session, controls, todo)


class Coming:
    """What tests still to run will try."""

    def __init__(self) -> None:
        self.stands: Iterator[Stand] = iter(())
        self.packets_at: Sequence[str] = ()  # firewalls


class _Became(dict[Tried, tuple[Observation, list[Observation]]]):
    """What became of each packet, and the flows that were its witness."""


class _Judged(dict[tuple[Tried, frozenset[Purpose]], Judgement]):
    """What it was judged to be, by the reasons for a drop that counted."""


def judge_stands(
    session: LabSession, controls: Sequence[str], todo: Sequence[Stand], *, expect: Collection[Purpose] = DENIALS
) -> list[Verdict]:
    """As `judge_denied`, for attempts made elsewhere. `expect`: the reasons for a drop that count as the right one."""
    if not todo:
        raise ValueError("nothing to judge: no enforcing device on any of these ways")
    return [
        give(session, control, stand.subject, judgement, (seen, *witness))
        for stand, judgement, seen, witness in observe(session, todo, expect=expect)
        for control in controls
    ]


def observe(
    session: LabSession, todo: Sequence[Stand], *, expect: Collection[Purpose] = DENIALS
) -> Iterator[tuple[Stand, Judgement, Observation, list[Observation]]]:
    """Try them in batches, each with the control flows that must get through beside it; what became of each.

    A packet that was tried before in this run, for another control, is not sent again: it is judged with its witness.
    """
    became, judged = session.memory.of(_Became), session.memory.of(_Judged)
    fresh = {_key(stand): stand for stand in todo if _key(stand) not in became}
    waiting = list(fresh.values())
    if waiting:  # what the coming tests will ask for goes along: a batch takes as long with one packet as with many
        room = -len(waiting) % BATCH
        others = (
            one for one in session.memory.of(Coming).stands if (key := _key(one)) not in fresh and key not in became
        )
        waiting += islice(others, room)
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        became.update(zip(map(_key, batch), _observe(session, batch), strict=True))
    reasons = frozenset(expect)
    for stand in todo:
        key = _key(stand)
        seen, witness = became[key]
        judgement = judged.get((key, reasons))
        if judgement is None:
            judgement = judged[key, reasons] = _judgement(session, stand, seen, witness, reasons)
        yield stand, judgement, seen, witness


def _key(stand: Stand) -> Tried:
    return stand.attempt, stand.device, stand.wish.destination == stand.device


def _observe(session: LabSession, batch: Sequence[Stand]) -> Iterator[tuple[Observation, list[Observation]]]:
    witnesses: dict[Attempt, int] = {}
    places = [
        [witnesses.setdefault(attempt, len(witnesses)) for attempt in controls_for(session.plan, stand)]
        for stand in batch
    ]
    seen = session.prober.observe([*(stand.attempt for stand in batch), *witnesses])
    for observation in seen:
        session.saw(observation)
    alive = seen[len(batch) :]
    for observation, mine in zip(seen, places, strict=False):
        yield observation, [alive[place] for place in mine]


def _judgement(
    session: LabSession,
    stand: Stand,
    seen: Observation,
    witness: Sequence[Observation],
    expect: Collection[Purpose],
) -> Judgement:
    plan, ruleset = session.plan, session.rulesets[stand.device]
    if stand.wish.destination == stand.device:
        return device_closed(seen, witness, device=stand.device, plan=plan, ruleset=ruleset)
    return denied(seen, witness, device=stand.device, plan=plan, ruleset=ruleset, expect=expect)


def give(
    session: LabSession,
    control: str,
    subject: str,
    judgement: Judgement,
    seen: Sequence[Observation | Application | Train] = (),
) -> Verdict:
    """Record a judgement as a verdict of the running test."""
    return session.give(
        Verdict(
            state=judgement.state,
            control=control,
            subject=subject,
            warrant=judgement.warrant,
            observations=tuple(observation.id for observation in seen),
            message_en=judgement.message_en,
            message_ja=judgement.message_ja,
        )
    )


def give_all(
    session: LabSession,
    controls: Sequence[str],
    made: Iterable[tuple[str, Judgement, Sequence[Observation | Application | Train]]],
) -> list[Verdict]:
    """Record (subject, judgement, what was seen) for every control, and settle."""
    verdicts = [
        give(session, control, subject, judgement, seen) for subject, judgement, seen in made for control in controls
    ]
    settle(verdicts)
    return verdicts


def settle(verdicts: Sequence[Verdict]) -> None:
    """Make pytest agree with the verdicts: Judged for a fail, CheckError for an error, NotTestable for the rest."""
    from lab.verify.marks import CheckError, Judged, NotTestable

    for state, error in ((State.FAIL, Judged), (State.ERROR, CheckError), (State.NOT_TESTABLE, NotTestable)):
        bad = [verdict for verdict in verdicts if verdict.state is state]
        if bad:
            more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
            raise error(f"{bad[0].subject}: {bad[0].message_en}{more}")
