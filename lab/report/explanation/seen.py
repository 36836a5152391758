"""What a run saw of one control: counts, and what failed, sorted by the place at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from lab.catalogue import Text
from lab.record import State, Verdict
from lab.record.bundle import Bundle
from lab.record.outcome import STRONGEST_FIRST
from lab.report.explanation.model import Check, Fault, Place, Seen
from lab.report.explanation.places import Finder
from lab.report.explanation.way import way_of


def seen_of(bundle: Bundle, control: str, scenario: Path | None = None) -> Seen:
    """Sum up the bundle's verdicts on this control. `scenario`: its file, if it is at hand, for the register's lines."""
    finder, run = Finder(bundle, scenario), bundle.run
    mine = [verdict for verdict in bundle.verdicts if verdict.control == control]
    states = Counter(verdict.state for verdict in mine)
    passed = next((verdict for verdict in mine if verdict.state is State.PASS and verdict.observations), None)
    passed = passed or next((verdict for verdict in mine if verdict.state is State.PASS), None)
    return Seen(
        evidence=str(bundle.directory),
        lab=str(run.get("lab", "")),
        scenario=str(run.get("scenario", "")),
        ended=str(run.get("ended", "")),
        subset=bool(run.get("subset")),
        due=control in run.get("controls_due", ()),
        states={state.value: states[state] for state in STRONGEST_FIRST if states[state]},
        warrants=dict(Counter(verdict.warrant.value for verdict in mine if verdict.warrant)),
        faults=_faults(finder, mine),
        example=_check(finder, passed) if passed else None,
        not_run=_of(control, run.get("not_run", ())),
        not_quick=_of(control, run.get("not_quick", ())),
        problems=tuple(map(str, run.get("problems", ()))),
    )


def _of(control: str, tests: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(test) for test in tests if f"({control})" in str(test))


def _faults(finder: Finder, verdicts: list[Verdict]) -> tuple[Fault, ...]:
    """Those with a place by place, the worst first; each of the others by itself."""
    found: dict[object, tuple[tuple[Place, ...], list[Check]]] = {}
    wrong = [verdict for verdict in verdicts if verdict.state is not State.PASS]
    for verdict in sorted(wrong, key=lambda one: STRONGEST_FIRST.index(one.state)):
        places = finder.places(verdict)
        key: object = (verdict.state, places) if places else (verdict.state, verdict.message_en)
        found.setdefault(key, (places, []))[1].append(_check(finder, verdict))
    return tuple(Fault(places, tuple(checks)) for places, checks in found.values())


def _check(finder: Finder, verdict: Verdict) -> Check:
    observed = finder.observation(verdict)
    return Check(
        verdict.state.value,
        verdict.subject,
        Text(en=verdict.message_en or "-", ja=verdict.message_ja or verdict.message_en or "-"),
        verdict.test,
        verdict.observations,
        way_of(observed) if observed else None,
    )
