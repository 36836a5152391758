"""Whether a mutant was found by itself: its own controls failed, and said what it alone causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from lab.fault.batch import Batch
from lab.fault.model import Mutant
from lab.record import State, Verdict

SHOWN = 4  # verdicts per control in a message
LONGEST = 200  # characters of one


def missed(mutant: Mutant, batch: Batch, verdicts: Sequence[Verdict]) -> str:
    """Why a run with this batch in the lab doesn't show this mutant, one line per control; "" if it does."""
    told = (
        _judge(mutant, control)(mutant, batch, control, [v for v in verdicts if v.control == control])
        for control in mutant.judged
    )
    problems = [problem for problem in told if problem]
    return "\n".join([f"mutant {mutant.id} on {mutant.host} was not found:", *problems]) if problems else ""


def mistaken(mutant: Mutant, there: Sequence[Mutant], verdicts: Sequence[Verdict]) -> str:
    """How a run *without* this mutant says what it alone should cause; "" if it doesn't.

    What a mutant of that run (`there`) claims for itself is explained.
    """
    taken = [verdict for verdict in _failed(verdicts) if _claims(mutant, verdict)]
    taken = [verdict for verdict in taken if not any(_claims(one, verdict) for one in there)]
    return f"taken for mutant {mutant.id}:\n{_shown(taken)}" if taken else ""


def _claims(mutant: Mutant, verdict: Verdict) -> bool:
    said = mutant.said(verdict.control) if verdict.control in mutant.controls else ""
    return said != "" and said in _text(verdict)


def _judge(mutant: Mutant, control: str) -> Callable[[Mutant, Batch, str, Sequence[Verdict]], str]:
    if control in mutant.unjudged:
        return _unjudged
    return _red if mutant.controls else _green


def _unjudged(mutant: Mutant, batch: Batch, control: str, verdicts: Sequence[Verdict]) -> str:
    del batch
    errors = [verdict for verdict in verdicts if verdict.state is State.ERROR and mutant.host in _text(verdict)]
    return "" if errors else f"{control} is no error at {mutant.host}: {_counted(verdicts)}"


def _red(mutant: Mutant, batch: Batch, control: str, verdicts: Sequence[Verdict]) -> str:
    failed, said = _failed(verdicts), mutant.said(control)
    if not failed:
        wrong = [verdict for verdict in verdicts if verdict.state is not State.PASS]
        return "\n".join([f"{control} did not fail: {_counted(verdicts)}", *([_shown(wrong)] if wrong else [])])
    own = [verdict for verdict in failed if said in _text(verdict)]
    if not own:
        return f"{control} failed, but no failing verdict of it says {said!r}:\n{_shown(failed)}"
    others = [one for one in batch.mutants if one is not mutant and control in one.controls]
    doubtful = [one for one in others if any(one.said(control) in _text(verdict) for verdict in own)]
    if all(any(one.said(control) in _text(verdict) for one in doubtful) for verdict in own):
        return (
            f"{control} says {said!r} only where it also says what {doubtful[0].id} causes: neither is found by itself"
        )
    return ""


def _green(mutant: Mutant, batch: Batch, control: str, verdicts: Sequence[Verdict]) -> str:
    del mutant, batch
    wrong = [verdict for verdict in verdicts if verdict.state is not State.PASS]
    if verdicts and not wrong:
        return ""
    return f"{control} should have stayed green: {_counted(verdicts)}\n{_shown(wrong)}"


def _failed(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.state is State.FAIL]


def _text(verdict: Verdict) -> str:
    return f"{verdict.subject}\n{verdict.message_en}"


def _counted(verdicts: Sequence[Verdict]) -> str:
    counts = Counter(verdict.state for verdict in verdicts)
    return ", ".join(f"{count} {state}" for state, count in counts.items()) or "no verdict"


def _shown(verdicts: Sequence[Verdict]) -> str:
    lines = [f"  {v.subject}: {v.message_en}" for v in verdicts[:SHOWN]]
    short = [line if len(line) <= LONGEST else f"{line[:LONGEST]}..." for line in lines]
    return "\n".join(short + [f"  and {len(verdicts) - SHOWN} more"] * (len(verdicts) > SHOWN))
