"""What is wrong, in both languages: the details of a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong."""

    en: str
    ja: str


def told(flaws: Iterable[Flaw]) -> tuple[str, str]:
    """All of them in a row, in English and in Japanese."""
    every = list(flaws)
    return "; ".join(one.en for one in every), "、".join(one.ja for one in every)
