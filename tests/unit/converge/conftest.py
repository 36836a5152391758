from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.plan import Plan, build

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def plan() -> Plan:
    loaded = scenario.load(PROJECT / "scenarios" / "minimal.yaml", as_of=date(2026, 4, 1))
    return build(loaded, catalogue.load(), "unit")


@pytest.fixture(scope="session")
def air_plan() -> Plan:
    loaded = scenario.load(PROJECT / "scenarios" / "wlan.yaml", as_of=date(2026, 4, 1))
    return build(loaded, catalogue.load(), "unit")


@pytest.fixture
def role(tmp_path: Path) -> Path:
    """An empty role of the name `demo` that takes one variable."""
    folder = tmp_path / "roles" / "demo"
    for part in ("templates/tree/etc", "files/tree/etc", "meta"):
        (folder / part).mkdir(parents=True)
    (folder / "meta" / "argument_specs.yml").write_text(
        "argument_specs: {main: {options: {demo__word: {type: str}, demo__list: {type: list}}}}"
    )
    return folder
