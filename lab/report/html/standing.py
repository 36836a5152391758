"""Where each control stands after a run: judged, or not, and why not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lab.catalogue import Catalogue, Control
from lab.record import State, Verdict, Warrant
from lab.record.bundle import Bundle
from lab.record.outcome import summary, unjudged


class Outcome(StrEnum):
    """What became of a control. The first five are states of its verdicts; worst first."""

    FAIL = "fail"
    ERROR = "error"
    UNJUDGED = "unjudged"  # due, and no verdict: an error
    NOT_TESTABLE = "not-testable"
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105 - a verdict
    LEFT_OUT = "left-out"  # due, but not selected in this run
    NOT_DUE = "not-due"  # the scenario has nothing that it could be tested on
    UNTESTED = "untested"  # no suite of the lab tests it

    @property
    def tested(self) -> bool:
        """True if checks were made and judged."""
        return self in {Outcome.FAIL, Outcome.WAIVED, Outcome.PASS}

    @property
    def wrong(self) -> bool:
        """True if somebody has to look."""
        return self in {Outcome.FAIL, Outcome.ERROR, Outcome.UNJUDGED, Outcome.NOT_TESTABLE}


@dataclass(frozen=True, slots=True)
class Standing:
    """One control and its verdicts. `control` is None for an id that the catalogue doesn't have."""

    id: str
    family: str
    control: Control | None
    outcome: Outcome
    verdicts: tuple[Verdict, ...]
    counts: dict[State, int]
    warrants: tuple[Warrant, ...]


def standings(bundle: Bundle, catalogue: Catalogue) -> tuple[Standing, ...]:
    """Every control of the catalogue, in its order, then those that only the verdicts know."""
    mine: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in bundle.verdicts:
        mine[verdict.control].append(verdict)
    due = tuple(bundle.run.get("controls_due", ()))
    worst = summary(bundle.verdicts)
    missing = set() if bundle.run.get("subset") else set(unjudged(bundle.verdicts, due))
    found = []
    for name in dict.fromkeys((*catalogue.controls, *sorted(mine), *sorted(missing))):
        control = catalogue.controls.get(name)
        if name in worst:
            outcome = Outcome(worst[name].value)
        elif name in missing:
            outcome = Outcome.UNJUDGED
        elif control is not None and not control.tested:
            outcome = Outcome.UNTESTED
        else:
            outcome = Outcome.LEFT_OUT if name in due else Outcome.NOT_DUE
        verdicts = tuple(mine.get(name, ()))
        family = control.family if control else name.partition("-")[0]
        found.append(Standing(name, family, control, outcome, verdicts, counts(verdicts), _warrants(verdicts)))
    return tuple(found)


def counts(verdicts: Iterable[Verdict]) -> dict[State, int]:
    """How many verdicts there are of each state, worst state first; states without any are left out."""
    found = Counter(verdict.state for verdict in verdicts)
    order = (State.FAIL, State.ERROR, State.NOT_TESTABLE, State.WAIVED, State.PASS)
    return {state: found[state] for state in order if found[state]}


def _warrants(verdicts: Iterable[Verdict]) -> tuple[Warrant, ...]:
    there = {verdict.warrant for verdict in verdicts}
    return tuple(warrant for warrant in Warrant if warrant in there)
