"""What a run keeps from one test for the next: each module's in a type of its own, so that no other can touch it."""

from __future__ import annotations

from typing import TypeVar, cast

Kept = TypeVar("Kept")


class Memory:
    """One object of each type, for the length of a run."""

    def __init__(self) -> None:
        self._kept: dict[type, object] = {}

    def of(self, kind: type[Kept]) -> Kept:
        """The run's object of this type, made without arguments when it is first asked for."""
        if kind not in self._kept:
            self._kept[kind] = kind()
        return cast("Kept", self._kept[kind])
