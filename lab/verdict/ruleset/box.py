"""Sets of packets as boxes: per field a range, fields not named are free. Header-space algebra in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lab.verdict.ruleset.fields import Field, everything
from lab.verdict.ruleset.ranges import Ranges

Box = Mapping[Field, Ranges]
ALL: Box = {}


def meet(one: Box, other: Box) -> Box | None:
    """The packets in both; None if there are none."""
    common = {}
    for field, values in other.items():
        mine = one.get(field)
        shared = values if mine is None else mine & values
        if not shared.spans:
            return None
        common[field] = shared
    return {**one, **common}


def apart(one: Box, other: Box) -> bool:
    """Whether no packet is in both."""
    for field, values in other.items():
        mine = one.get(field)
        if not (values.spans if mine is None else mine.meets(values)):
            return True
    return False


def without(box: Box, hole: Box) -> list[Box]:
    """The packets of `box` that are not in `hole`, as disjoint boxes: the box itself if they are all of its."""
    if apart(box, hole):
        return [box]
    left: list[Box] = []
    inner = dict(box)
    for field, values in hole.items():
        have = inner.get(field, everything(field))
        if outside := have - values:
            left.append({**inner, field: outside})
        inner[field] = have & values
    return left


def minus(boxes: Iterable[Box], holes: Iterable[Box]) -> list[Box]:
    """The packets in any of `boxes` and in none of `holes`."""
    left = list(boxes)
    for hole in holes:
        left = [piece for box in left for piece in without(box, hole)]
    return left


def complement(boxes: Iterable[Box]) -> list[Box]:
    """The packets in none of `boxes`."""
    return minus([ALL], boxes)
