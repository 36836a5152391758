"""Tests have names that people read, in both languages."""

import re
from pathlib import Path

import pytest
import yaml

from lab.report.titles import JAPANESE, sentence, subject_of, titled

SUITES = Path(__file__).parents[3] / "tests" / "controls"
NAMES = {
    name
    for suite in SUITES.glob("test_*.py")
    for name in re.findall(r"^def test_(\w+)", suite.read_text(), re.MULTILINE)
}


def test_every_test_of_the_suites_has_a_japanese_title_and_no_other_has():
    titles = yaml.safe_load(JAPANESE.read_text(encoding="utf-8"))
    assert NAMES - set(titles) == set(), f"add a Japanese title to {JAPANESE.name}"
    assert set(titles) - NAMES == set(), f"no such test any more: take it out of {JAPANESE.name}"
    assert len(set(titles.values())) == len(titles)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("tests/x.py::test_no_way_in[fw-mn]", "no way in"),
        ("test_a", "a"),
        ("", ""),
        ("a[b", "a[b"),
        ("x::T::test_y", "y"),
    ],
)
def test_a_test_is_read_as_a_sentence(test, said):
    assert sentence(test) == said


@pytest.mark.parametrize(
    ("said", "language", "title"),
    [
        ("no fourth channel", "en", "no fourth channel"),
        ("no fourth channel", "ja", "無害化通信以外の経路がない"),
        ("nothing passes while a link changes (ZONE-05)", "ja", "リンクの変化中に何も通らない（ZONE-05）"),
        ("somebody else's own rule", "ja", "somebody else's own rule"),
        ("", "ja", ""),
    ],
)
def test_a_test_is_called_by_its_title(said, language, title):
    assert titled(said, language) == title


OWN = "test_only_planned_services_listen[fw-mn]"


@pytest.mark.parametrize(
    ("test", "given", "language", "shown"),
    [
        (f"tests/controls/test_tc.py::{OWN}", OWN, "ja", "計画したサービスのみ待ち受けている（fw-mn）"),
        (f"tests/controls/test_tc.py::{OWN}", OWN, "en", OWN),
        ("t.py::test_no_fourth_channel", "test_no_fourth_channel", "ja", "無害化通信以外の経路がない"),
        ("theirs.py::test_ours[a]", "test_ours[a]", "ja", "test_ours[a]"),
        (f"tests/controls/test_tc.py::{OWN}", "fw-mn tcp/22", "ja", "fw-mn tcp/22"),
    ],
)
def test_a_subject_that_is_only_the_tests_id_gives_way_to_the_title(test, given, language, shown):
    assert subject_of(test, given, language) == shown
