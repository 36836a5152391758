"""What a suite's test is called in the report: a sentence, in Japanese where one was written."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lab.record import Verdict
from lab.report.html.causes import TEST, sentence
from lab.tables import read_table

JAPANESE = Path(__file__).parent / "tests.ja.yaml"


def titled(sentence: str, language: str) -> str:
    """The sentence in that language. A test of somebody else's suite keeps its own words.

    Also what a run left out, "nothing passes while a link changes (ZONE-05)".
    """
    if language != "ja":
        return sentence
    name, mark, control = sentence.partition(" (")
    title = _japanese().get(name.replace(" ", "_"))
    return sentence if title is None else title + (f"（{control.rstrip(')')}）" if mark else "")


def subject(verdict: Verdict, language: str) -> str:
    """What the verdict is about. Where that is only its test's id, in Japanese: the test's title and parameter."""
    match = TEST.fullmatch(verdict.test)
    if match is None or verdict.subject != verdict.test.rpartition("::")[2]:
        return verdict.subject
    title = titled(sentence(verdict.test), language)
    if title == sentence(verdict.test):
        return verdict.subject
    return title + (f"（{match['subject']}）" if match["subject"] else "")


@cache
def _japanese() -> dict[str, str]:
    titles: dict[str, str] = read_table(JAPANESE)
    return titles
