"""The mutants of the package: every control that is due somewhere is seen red by two different ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from lab import catalogue, scenario
from lab.fault import mutants
from lab.plan import build

MUTANTS = mutants()
CATALOGUE = catalogue.load()
SCENARIOS = sorted((Path(__file__).parents[3] / "scenarios").glob("*.yaml"))
PLANS = {path.stem: build(scenario.load(path), CATALOGUE, path.stem) for path in SCENARIOS}
GAPS = yaml.safe_load(Path(__file__).with_name("gaps.yaml").read_text(encoding="utf-8")) or {}
LEAST = 2


def test_ids_and_breakages_are_unique():
    assert [one for one, count in Counter(mutant.id for mutant in MUTANTS).items() if count > 1] == []
    broken = Counter((mutant.scenario, mutant.host, mutant.break_, mutant.issue) for mutant in MUTANTS)
    assert [one for one, count in broken.items() if count > 1] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_it_breaks_a_reference_scenario_and_judges_what_is_due_there(mutant):
    plan = PLANS[mutant.scenario]
    assert mutant.hosts <= {host.name for host in (*plan.hosts, *(plan.air.hosts if plan.air else ()))}
    assert set(mutant.judged) <= set(plan.controls_due)


def test_every_due_control_has_two_mutants():
    due = {control for plan in PLANS.values() for control in plan.controls_due}
    red = Counter(control for mutant in MUTANTS for control in mutant.controls)
    lacking = {control for control in due if red[control] < LEAST}
    assert not lacking - set(GAPS), f"fewer than {LEAST} mutants turn these red: {sorted(lacking - set(GAPS))}"
    assert not set(GAPS) - lacking, f"these are no gaps any more, strike them out: {sorted(set(GAPS) - lacking)}"
