"""Which system tests may run beside each other: two processes never work on one lab."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

group = runpy.run_path(str(Path(__file__).parents[2] / "system" / "conftest.py"))["group"]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("tests/system/cli/test_main_job.py::test_x", "cli"),
        ("tests/system/cli/test_errors.py::test_x[trace-lg-term-mn-app:99999-3]", "cli"),
        ("tests/system/cli/test_new_module.py::test_x", "cli"),
        ("tests/system/cli/test_interrupts.py::test_x[create]", "cli test_interrupts"),
        ("tests/system/converge/test_logs.py::test_x", "converge"),
        ("tests/system/engine/test_drift.py::test_x[mn-app-echo a > /etc/hosts]", "engine test_drift"),
        ("tests/system/cli/test_mutants.py::test_x[on minimal-3: hole]", "test_mutants minimal-3"),
        ("tests/system/cli/test_mutants.py::test_y[on alpha: alpha-2]", "test_mutants alpha"),
        ("cli/test_main_job.py::test_x", "cli"),
    ],
)
def test_group(test, expected):
    assert group(test) == expected
