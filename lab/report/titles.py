"""What a suite's test is called for people: a sentence, in Japanese where one was written."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from lab.tables import read_table

JAPANESE = Path(__file__).parent / "tests.ja.yaml"
TEST = re.compile(r"(?:.*::)?(?:test_)?(?P<name>[^\[]*)(?:\[(?P<subject>.*)\])?", re.DOTALL)


def sentence(test: str) -> str:
    """A pytest node id as a sentence: "tests/x.py::test_no_way_in[fw-mn]" is "no way in"."""
    match = TEST.fullmatch(test)
    return match["name"].replace("_", " ").strip() if match else test


def titled(sentence: str, language: str) -> str:
    """The sentence in that language. A test of somebody else's suite keeps its own words.

    Also what a run left out, "nothing passes while a link changes (ZONE-05)".
    """
    if language != "ja":
        return sentence
    name, mark, control = sentence.partition(" (")
    title = _japanese().get(name.replace(" ", "_"))
    return sentence if title is None else title + (f"（{control.rstrip(')')}）" if mark else "")


def subject_of(test: str, subject: str, language: str) -> str:
    """What a verdict is about. Where that is only its test's id, in Japanese: the test's title and parameter."""
    match = TEST.fullmatch(test)
    if match is None or subject != test.rpartition("::")[2]:
        return subject
    title = titled(sentence(test), language)
    if title == sentence(test):
        return subject
    return title + (f"（{match['subject']}）" if match["subject"] else "")


@cache
def _japanese() -> dict[str, str]:
    titles: dict[str, str] = read_table(JAPANESE)
    return titles
