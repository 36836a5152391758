"""Sets of integers as sorted, disjoint, inclusive intervals: addresses, ports, states, names by index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranges:
    """A set of integers. Build it with `of`, `single` or `where`, never by hand: the intervals must be normal."""

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Ranges:
        """Any inclusive (low, high) pairs, in any order, overlapping or not."""
        normal: list[tuple[int, int]] = []
        for low, high in sorted(spans):
            if low > high:
                continue
            if normal and low <= normal[-1][1] + 1:
                normal[-1] = (normal[-1][0], max(high, normal[-1][1]))
            else:
                normal.append((low, high))
        return cls(tuple(normal))

    @classmethod
    def single(cls, *values: int) -> Ranges:
        """Exactly these integers."""
        return cls.of((value, value) for value in values)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __contains__(self, value: int) -> bool:
        return any(low <= value <= high for low, high in self.spans)

    def __iter__(self) -> Iterator[int]:
        for low, high in self.spans:
            yield from range(low, high + 1)

    def __and__(self, other: Ranges) -> Ranges:
        """What a comparison of rulesets does ten million times: the common intervals of two normal lists are normal."""
        mine, theirs, shared = self.spans, other.spans, []
        one = two = 0
        while one < len(mine) and two < len(theirs):
            low = max(theirs[two][0], mine[one][0])
            ends_first = mine[one][1] < theirs[two][1]
            high = mine[one][1] if ends_first else theirs[two][1]
            if low <= high:
                shared.append((low, high))
            one, two = (one + 1, two) if ends_first else (one, two + 1)
        return Ranges(tuple(shared))

    def meets(self, other: Ranges) -> bool:
        """Whether there is anything in both, which is asked far more often than what it is."""
        mine, theirs = self.spans, other.spans
        one = two = 0
        while one < len(mine) and two < len(theirs):
            if mine[one][1] < theirs[two][0]:
                one += 1
            elif theirs[two][1] < mine[one][0]:
                two += 1
            else:
                return True
        return False

    def __or__(self, other: Ranges) -> Ranges:
        return Ranges.of((*self.spans, *other.spans))

    def __sub__(self, other: Ranges) -> Ranges:
        left = list(self.spans)
        for cut_low, cut_high in other.spans:
            pieces: list[tuple[int, int]] = []
            for low, high in left:
                if high < cut_low or low > cut_high:
                    pieces.append((low, high))
                    continue
                if low < cut_low:
                    pieces.append((low, cut_low - 1))
                if high > cut_high:
                    pieces.append((cut_high + 1, high))
            left = pieces
        return Ranges.of(left)

    def __le__(self, other: Ranges) -> bool:
        return not self - other

    def __ge__(self, other: Ranges) -> bool:
        return not other - self

    @property
    def first(self) -> int:
        """The smallest member. ValueError if there is none."""
        if not self.spans:
            raise ValueError("an empty set has no first member")
        return self.spans[0][0]

    @property
    def size(self) -> int:
        """How many integers are in it."""
        return sum(high - low + 1 for low, high in self.spans)


EMPTY = Ranges(())
