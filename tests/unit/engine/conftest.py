from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from lab.plan import Plan

small_plan = runpy.run_path(str(Path(__file__).with_name("small_plan.py")))["small_plan"]


@pytest.fixture
def plan() -> Plan:
    return small_plan("unit")
