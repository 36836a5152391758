"""What a suite's test is called in the report: a sentence, in Japanese where one was written."""

from __future__ import annotations

from functools import cache
from pathlib import Path

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


@cache
def _japanese() -> dict[str, str]:
    titles: dict[str, str] = read_table(JAPANESE)
    return titles
