"""The allowed set of each reference scenario equals its reviewed table, line by line."""

from datetime import date
from pathlib import Path

import pytest

from lab.catalogue import load as load_catalogue
from lab.plan import build
from lab.scenario import load

ROOT = Path(__file__).parents[3]
TABLES = sorted((ROOT / "tests" / "golden" / "flows").glob("*.txt"))


def lines(plan):
    return {
        (
            flow.source,
            f"{flow.destination}@{flow.to_leg}" if flow.to_leg else flow.destination,
            f"{flow.protocol}/{flow.port}",
            flow.application,
            flow.id,
            flow.permitted_by,
            "mac" if flow.mac else "-",
        )
        for flow in plan.every_flow
    }


def reviewed(table):
    rows = [
        tuple(line.split())
        for line in table.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert len(rows) == len(set(rows)), "a line is there twice"
    return set(rows)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_allowed_set_is_the_reviewed_one(table):
    scenario = load(ROOT / "scenarios" / f"{table.stem}.yaml", as_of=date(2026, 11, 23))
    plan = build(scenario, load_catalogue(), "t")
    extra, missing = lines(plan) - reviewed(table), reviewed(table) - lines(plan)
    assert not extra, f"open, but not in {table.name}:\n" + "\n".join(" ".join(line) for line in sorted(extra))
    assert not missing, f"in {table.name}, but not open:\n" + "\n".join(" ".join(line) for line in sorted(missing))
    assert len({flow.id for flow in plan.every_flow}) == len(plan.every_flow) == len(lines(plan))
    assert all(flow.families == plan.families for flow in plan.every_flow)


def test_every_scenario_of_the_lab_has_a_reviewed_table():
    tables, files = {table.stem for table in TABLES}, {file.stem for file in (ROOT / "scenarios").glob("*.yaml")}
    assert not files - tables, (
        f"write tests/golden/flows/NAME.txt for {files - tables}: what it may open, by hand (docs/how-to/add-a-scenario.md)"
    )
    assert not tables - files, f"scenarios/NAME.yaml is gone for the table of {tables - files}"


def test_origins():
    scenario = load(ROOT / "scenarios" / "minimal.yaml", as_of=date(2026, 11, 23))
    plan = build(scenario, load_catalogue(), "t")
    origins = {flow.permitted_by: flow.origin for flow in plan.allowed}
    assert origins == {
        "F02": "register",
        "I01": "infrastructure",
        "F01": "catalogue",
        "F28": "catalogue",
        "F28-T": "catalogue",
        "L01": "catalogue",
        "L02": "catalogue",
    }
    registered = next(flow for flow in plan.allowed if flow.origin == "register")
    assert (registered.owner, registered.expires) == ("市民課", date(2027, 11, 23))
