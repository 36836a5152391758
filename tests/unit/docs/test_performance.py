"""docs/performance.md is what the newest whole measurement says."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def page(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    monkeypatch.delitem(sys.modules, "page", raising=False)
    import page

    return page


def test_page_is_written_from_the_newest_result(page):
    file = page.newest()
    assert file is not None
    assert page.PAGE.read_text(encoding="utf-8") == page.render(file), (
        "write it again: .venv/bin/python benchmarks/page.py"
    )


def test_table(page):
    row = {"what": "x", "unit": "s", "goal": 5, "count": 3, "min": 1.2345, "median": 123.4, "max": 2000, "met": False}
    assert page.table([row]).splitlines() == [
        "| figure | goal  | median | min    | max    | n | met |",
        "|--------|-------|--------|--------|--------|---|-----|",
        "| x      | ≤ 5 s | 123 s  | 1.23 s | 2000 s | 3 | NO  |",
    ]
