"""Seen red before green: each mutant turns its controls red on a running lab, and `lab up` puts the lab back.

Mutants that leave each other alone stand in the lab together (lab/fault/batch.py) and one run judges them all; each is
found by what it alone causes. `-k ID` runs one by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from command import ok

from lab.engine import connect
from lab.fault import Batch, batches, inject, missed, mistaken, mutants, remaining
from lab.record import Verdict

CASES = [(batch.scenario, batch, mutant) for batch in batches(mutants()) for mutant in batch.mutants]


@dataclass(frozen=True)
class Judged:
    """One run with a batch in the lab."""

    batch: Batch
    verdicts: tuple[Verdict, ...]
    trouble: dict[str, str]  # mutant id -> why nothing can be said about it


@pytest.fixture(scope="module")
def history():
    """Every run of this module."""
    return []


@pytest.fixture(scope="module")
def judged(request, lab, running, history, tmp_path_factory):
    batch = selected(request)
    with connect() as engine, inject(engine, engine.find(running), batch.mutants) as trouble:
        chosen = [word for control in batch.controls for word in ("--control", control)]
        evidence = tmp_path_factory.mktemp("mutants") / "evidence"
        done = lab("verify", "--lab", running, "--json", "--evidence", str(evidence), *chosen)
    put_right(lab, running, batch, trouble)
    assert done.out.startswith("{"), done
    assert not done.json["problems"], done
    verdicts = tuple(Verdict.model_validate(verdict) for verdict in done.json["verdicts"])
    history.append(Judged(batch, verdicts, trouble))
    return history[-1]


def selected(request):
    """The batch, or what a selection (-k) leaves of it."""
    items = [item for item in request.session.items if hasattr(item, "callspec")]
    wanted = [item.callspec.params["mutant"] for item in items if item.callspec.params.get("judged") is request.param]
    return replace(request.param, mutants=tuple(wanted))


def put_right(lab, running, batch, trouble):
    """Undone is what no longer shows. A mutant that stays has trouble of its own; the next ones get a fresh lab."""
    scenario = f"scenarios/{batch.scenario}.yaml"
    up = lab("up", scenario, "--lab", running)
    left = [mutant.id for mutant in batch.mutants]
    if up.code == 0:
        with connect() as engine:
            left = remaining(engine, engine.find(running), batch.mutants)
    for one in left:
        trouble.setdefault(one, f"mutant {one} is not repaired by `lab up`\n{up}")
    if left:
        ok("up", scenario, "--lab", running, "--fresh")


@pytest.mark.parametrize(
    ("running", "judged", "mutant"), CASES, ids=[mutant.id for *_, mutant in CASES], indirect=["running", "judged"],
    scope="module",
)  # fmt: skip
def test_mutant_is_found_by_itself(judged, mutant):
    """It turns its controls red; a harmless change leaves them green."""
    problem = judged.trouble.get(mutant.id) or missed(mutant, judged.batch, judged.verdicts)
    if problem:
        pytest.fail(problem, pytrace=False)


def test_no_mutant_is_taken_for_another(history):
    """What a mutant alone causes is in no run without it."""
    mutants = [(mutant, run) for run in history for mutant in run.batch.mutants if mutant.through]
    problems = [
        f"in the run with {', '.join(one.id for one in other.batch.mutants)} {problem}"
        for mutant, run in mutants
        for other in history
        if other is not run and other.batch.scenario == mutant.scenario
        if (problem := mistaken(mutant, other.verdicts))
    ]
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
