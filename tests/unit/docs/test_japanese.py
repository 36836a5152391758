"""A Japanese page has the structure of the English one: what is added to one is added to the other."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENGLISH, JAPANESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md"))

PAIRS = {
    str(japanese.relative_to(ROOT)): (
        japanese.with_name(japanese.name.replace(".ja.md", ".md")).read_text(encoding="utf-8"),
        japanese.read_text(encoding="utf-8"),
    )
    for japanese in sorted([*ROOT.glob("*.ja.md"), *(ROOT / "docs").rglob("*.ja.md")])
}
each = pytest.mark.parametrize(("english", "japanese"), PAIRS.values(), ids=PAIRS)


def levels(text):
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]


def code(text):
    """Indented code and fenced blocks, without comments."""
    lines = re.findall(r"^    (.+)$", text, re.MULTILINE)
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line.split("  #")[0].rstrip() for line in lines], blocks


def links(text):
    """Pages and pictures linked to, in whichever language, without the heading."""
    found = re.findall(r"\]\(([^)]+)\)", text)
    return {
        re.sub(r"\.ja\.(md|svg)$", r".\1", target.partition("#")[0])
        for target in found
        if not target.startswith("README")
    }


def test_every_tutorial_has_both_languages():
    tutorials = ROOT / "docs" / "tutorials"
    assert {file.name for file in tutorials.iterdir()} == {
        f"{name}{language}.md" for name in ("engineer", "ci", "vendor") for language in ("", ".ja")
    }


@each
def test_headings(english, japanese):
    assert levels(japanese) == levels(english)


@each
def test_code(english, japanese):
    assert code(japanese) == code(english)


@each
def test_links(english, japanese):
    assert links(japanese) == links(english)


def test_the_readmes_name_each_other():
    assert "](README.md)" in JAPANESE
    assert "](README.ja.md)" in ENGLISH


def test_states_and_exit_codes():
    for text in (ENGLISH, JAPANESE):
        assert re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE) == [
            "pass",
            "fail",
            "error",
            "not-testable",
            "waived",
        ]
        codes = next(line for line in text.splitlines() if line.startswith(("Exit codes", "終了コード")))
        assert re.findall(r"\*\*(\d)\*\*", codes + text.partition(codes)[2].split("\n\n")[0]) == ["3", "1", "2", "0"]


@each
def test_paragraphs_keep_pace(english, japanese):
    assert len(re.split(r"\n\n+", japanese.strip())) == len(re.split(r"\n\n+", english.strip()))
