"""Hours of telework terminals: what a scenario may say. What is refused is in tests/golden/errors/hours*.yaml."""

from __future__ import annotations

from lab.catalogue import load as load_catalogue
from lab.plan import build
from lab.scenario import Window, load

HEAD = "edition: R8.3\nmodel: alpha\npaths: {telework: [lg]}\n"


def loaded(tmp_path, text):
    file = tmp_path / "s.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return load(file)


def test_without_any_a_class_comes_in_always(tmp_path):
    scenario = loaded(tmp_path, "")
    assert scenario.hours == {}
    assert build(scenario, load_catalogue(), "t").hours == {}


def test_a_window_of_some_days_and_one_of_a_single_day(tmp_path):
    scenario = loaded(tmp_path, 'hours: {lg: "Mo-Fr 08:30-17:15,  Sa 09:00-24:00"}\n')
    assert scenario.hours["lg"] == (
        Window(days=("Mo", "Tu", "We", "Th", "Fr"), begin=510, end=1035),
        Window(days=("Sa",), begin=540, end=1440),
    )
    plan = build(scenario, load_catalogue(), "t")
    assert [str(window) for window in plan.hours["lg"]] == ["Mo-Fr 08:30-17:15", "Sa 09:00-24:00"]


def test_hours_are_part_of_what_a_lab_is_built_from(tmp_path):
    digests = {
        build(loaded(tmp_path, text), load_catalogue(), "t").digest()
        for text in ("", "hours: {lg: Mo-Fr 08:30-17:15}\n", "hours: {lg: Mo-Fr 08:30-17:30}\n")
    }
    assert len(digests) == 3
