"""Reports beside a bundle that was read from disk."""

import pytest

from lab.errors import BadInput
from lab.operate.render import render
from lab.record.bundle import BundleWriter

RUN = {
    "lab": "minimal",
    "scenario": "minimal",
    "edition": "R8.3",
    "model": "alpha",
    "as_of": "2026-11-23",
    "controls_due": [],
    "subset": False,
    "exit": 2,
    "problems": [],
}


@pytest.fixture
def directory(tmp_path):
    writer = BundleWriter(tmp_path / "evidence")
    writer.finish(RUN)
    return tmp_path / "evidence"


def test_both_languages_stand_beside_the_evidence_and_are_no_part_of_it(directory):
    rendered = render(directory)
    assert [path.name for path in rendered.html] == ["report.en.html", "report.ja.html"]
    assert all(path.parent == directory for path in rendered.html)
    assert render(directory).html == rendered.html  # the hashes still hold
    assert not list(directory.glob("*.part"))


def test_reports_elsewhere_lead_back_to_the_evidence(directory, tmp_path):
    (path, _) = render(directory, html=tmp_path / "two words" / "html").html
    assert path.parent == tmp_path / "two words" / "html"
    assert 'href="../../evidence/run.json"' in path.read_text()


def test_a_folder_that_cannot_be_made_is_bad_input(directory, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="can't be written"):
        render(directory, html=tmp_path / "file" / "html")


def test_a_bundle_of_before_the_plan_was_kept_says_what_it_lacks(directory):
    english, japanese = (path.read_text() for path in render(directory).html)
    assert "before the plan was kept" in english
    assert "表示できません" in japanese
    assert "Nothing was verified" in english
