"""The Japanese README has the structure of the English one: what is added to one is added to the other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ENGLISH, JAPANESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md"))


def levels(text):
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]


def code(text):
    """Indented code and fenced blocks, without comments."""
    lines = re.findall(r"^    (.+)$", text, re.MULTILINE)
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line.split("  #")[0].rstrip() for line in lines], blocks


def links(text):
    found = re.findall(r"\]\(([^)]+)\)", text)
    return [target.replace(".ja.svg", ".svg") for target in found if not target.startswith("README")]


def test_headings():
    assert levels(JAPANESE) == levels(ENGLISH)


def test_code():
    assert code(JAPANESE) == code(ENGLISH)


def test_links():
    assert set(links(JAPANESE)) == set(links(ENGLISH))
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


def test_paragraphs_keep_pace():
    assert len(re.split(r"\n\n+", JAPANESE.strip())) == len(re.split(r"\n\n+", ENGLISH.strip()))
