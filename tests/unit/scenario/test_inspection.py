"""Inspections of telework terminals: what a scenario may say. What is refused is in tests/golden/errors/inspection*.yaml."""

from __future__ import annotations

from lab.catalogue import load as load_catalogue
from lab.plan import build
from lab.scenario import load

HEAD = "edition: R8.3\nmodel: alpha\npaths: {telework: [lg]}\n"


def test_days_of_a_class_are_part_of_what_a_lab_is_built_from(tmp_path):
    plans = []
    for text in ("", "inspection: {lg: 30}\n", "inspection: {lg: 31}\n"):
        (tmp_path / "s.yaml").write_text(HEAD + text, encoding="utf-8")
        plans.append(build(load(tmp_path / "s.yaml"), load_catalogue(), "t"))
    assert [plan.inspection for plan in plans] == [{}, {"lg": 30}, {"lg": 31}]
    assert len({plan.digest() for plan in plans}) == 3
