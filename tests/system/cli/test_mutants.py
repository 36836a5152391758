"""Seen red before green: each mutant turns its controls red on a running lab, and `lab up` puts the lab back.

Mutants that leave each other alone stand in the lab together (lab/fault/batch.py) and one run judges them all; each is
found by what it alone causes. SANSO_MUTANTS=all and `-k ID` run one by itself.

`make test` tries one per control, what everybody tries first (`always`), and what must leave a control green; all of them
are tried with SANSO_MUTANTS=all (`make mutants`).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace

import pytest
from command import ok
from matrix import observed, reviewed

from lab.engine import connect
from lab.fault import Batch, batches, inject, missed, mistaken, mutants, one_each, remaining
from lab.record import State, Verdict
from lab.record.bundle import read

ALL = os.environ.get("SANSO_MUTANTS") == "all"
MUTANTS = {mutant.id: mutant for mutant in (mutants() if ALL else one_each(mutants()))}
PATHS = {"telework", "wlan"}  # green before anything is broken is for test_whole_runs.py to show of the other scenarios
BATCHES = sorted(batches(MUTANTS.values()), key=lambda batch: batch.scenario == "minimal")  # the large labs first


def lane(batch):
    """Runs on the small lab share nothing: each process has one. A larger lab is made once (tests/system/conftest.py)."""
    return batch.name if batch.scenario == "minimal" else batch.scenario


CASES = [
    pytest.param(batch.scenario, batch, mutant, id=f"on {lane(batch)}: {mutant.id}")
    for batch in BATCHES
    for mutant in batch.mutants
]


@dataclass(frozen=True)
class Judged:
    """One run with a batch in the lab."""

    batch: Batch
    verdicts: tuple[Verdict, ...]
    trouble: dict[str, str]  # mutant id -> why nothing can be said about it


class History:
    """The failed verdicts of every batch's run in this session, whichever process made it."""

    def __init__(self, folder):
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def note(self, batch, verdicts):
        failed = [verdict.model_dump(mode="json") for verdict in verdicts if verdict.state is State.FAIL]
        ids = [mutant.id for mutant in batch.mutants]
        half = self._folder / f"{batch.name}.half"
        half.write_text(json.dumps([batch.scenario, ids, failed]))
        half.rename(half.with_suffix(".json"))

    def runs(self, scenario):
        """Batch name -> the mutants that were in the lab, and what failed."""
        for path in sorted(self._folder.glob("*.json")):
            of, ids, failed = json.loads(path.read_text())
            if of == scenario:
                verdicts = [Verdict.model_validate(verdict) for verdict in failed]
                yield path.stem, [MUTANTS[one] for one in ids], verdicts


@pytest.fixture(scope="session")
def history(tmp_path_factory, worker_id):
    base = tmp_path_factory.getbasetemp()
    return History((base if worker_id == "master" else base.parent) / "mutants")


@pytest.fixture(scope="module")
def judged(request, lab, running, history, tmp_path_factory):
    batch = selected(request)
    with connect() as engine, inject(engine, engine.find(running), batch.mutants) as trouble:
        evidence = tmp_path_factory.mktemp("mutants") / "evidence"
        done = lab("verify", "--lab", running, "--json", "--evidence", str(evidence), *chosen(batch), timeout=1800)
    put_right(lab, running, batch, trouble)
    assert done.out.startswith("{"), done
    if not batch.mutants[0].disruptive:  # that one has the firewall load its rules, which the mutant makes others
        assert not done.json["problems"], done
    verdicts = tuple(Verdict.model_validate(verdict) for verdict in done.json["verdicts"])
    history.note(batch, verdicts)
    return Judged(batch, verdicts, trouble)


def selected(request):
    """The batch, or what a selection (-k) leaves of it."""
    items = [item for item in request.session.items if hasattr(item, "callspec")]
    wanted = [item.callspec.params["mutant"] for item in items if item.callspec.params.get("judged") is request.param]
    return replace(request.param, mutants=tuple(wanted))


def chosen(batch):
    """What of the suites this batch is judged by."""
    words = [word for control in batch.controls for word in ("--control", control)]
    first = batch.mutants[0]
    words += ["-k", first.keyword] if first.keyword else []
    return [*words, "--disruptive"] if first.disruptive else words


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
    ("running", "scenario"),
    [pytest.param(one, one, id=f"on {one}: unbroken") for one in sorted(PATHS)],
    indirect=["running"],
    scope="module",
)
def test_controls_of_a_path_hold_before_anything_is_broken(lab, running, scenario, tmp_path):
    """The same controls, on the lab as it is built: red says something only where green comes first."""
    controls = sorted(
        {control for mutant in MUTANTS.values() if mutant.scenario == scenario for control in mutant.judged}
    )
    asked = [word for control in controls for word in ("--control", control)]
    done = lab("verify", "--lab", running, "--evidence", str(tmp_path / "evidence"), *asked, timeout=1800)
    assert done.code == 0, done


@pytest.mark.parametrize("running", [pytest.param("wired", id="on wired: whole")], indirect=["running"], scope="module")
def test_the_whole_wired_network_passes_and_its_flows_are_the_reviewed_ones(lab, running, tmp_path):
    """Every control that a wired network can be judged by, and the flows that were seen against the reviewed table."""
    evidence = tmp_path / "evidence"
    done = lab("verify", "--lab", running, "--json", "--evidence", str(evidence), timeout=1800)
    assert done.code == 0, done
    assert {verdict["control"] for verdict in done.json["verdicts"]} >= set(done.json["run"]["controls_due"])
    assert {verdict["state"] for verdict in done.json["verdicts"]} == {"pass"}
    assert observed(evidence) == reviewed("wired", read(evidence).plan)


@pytest.mark.parametrize(
    "running", [pytest.param("wired", id="on wired: disturbed")], indirect=["running"], scope="module"
)
def test_what_verify_disturbs_works_again(lab, running, tmp_path):
    """A firewall starts anew while an intruder sends, a session ends with its rule; then events still reach the log."""
    disturbing = "(starts_anew and fw-in) or (live_session and TK-01)"
    for number, asked in enumerate((("--disruptive", "-k", disturbing), ("-k", "event_reaches"))):
        done = lab("verify", "--lab", running, *asked, "--evidence", str(tmp_path / f"evidence-{number}"), timeout=600)
        assert done.code == 0, done


@pytest.mark.breakage
@pytest.mark.parametrize(("running", "judged", "mutant"), CASES, indirect=["running", "judged"], scope="module")
def test_mutant_is_found_by_itself(judged, mutant):
    """It turns its controls red; a harmless change leaves them green."""
    problem = judged.trouble.get(mutant.id) or missed(mutant, judged.batch, judged.verdicts)
    if problem:
        pytest.fail(problem, pytrace=False)


@pytest.mark.breakage
@pytest.mark.parametrize("batch", [pytest.param(batch, id=f"on {lane(batch)}: {batch.name}") for batch in BATCHES])
def test_no_mutant_is_taken_for_another(history, batch):
    """What a mutant alone causes is in no run without it, as far as other batches have run by now.

    A mutant that must stand alone may cause anything: its run says nothing about the others.
    """
    runs = {name: (there, failed) for name, there, failed in history.runs(batch.scenario)}
    own, seen = runs.pop(batch.name, ([], []))
    others = [(there, failed) for there, failed in runs.values() if not there[0].alone]
    problems = [mistaken(mutant, there, failed) for there, failed in others for mutant in own]
    if own and not own[0].alone:
        problems += [mistaken(mutant, own, seen) for there, _ in runs.values() for mutant in there]
    if any(problems):
        here = ", ".join(mutant.id for mutant in own)
        pytest.fail("\n".join([f"between the run with {here} and another:", *filter(None, problems)]), pytrace=False)
