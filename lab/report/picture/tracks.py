"""Tracks of a channel: lines that run beside each other get a track each (the left-edge method of channel routing)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import ceil
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

GRID = 15  # distance between two ports of one side; each side of a channel keeps to a class of its own on that grid
CLEAR = 9  # what two lines on one track keep between them


def assign(spans: Mapping[Key, tuple[float, float]]) -> dict[Key, int]:
    """The lowest free track for each span (from, to), spans that begin first taken first."""
    ends: list[float] = []
    found: dict[Key, int] = {}
    for key, (start, end) in sorted(spans.items(), key=lambda item: (item[1], str(item[0]))):
        free = next((number for number, taken in enumerate(ends) if taken + CLEAR <= start), len(ends))
        if free == len(ends):
            ends.append(end)
        ends[free] = end
        found[key] = free
    return found


def snap(value: float, offset: int) -> float:
    """The first place of a class from `value` on: classes never share one, so lines from two sides never meet."""
    return offset + GRID * ceil((value - offset) / GRID)
