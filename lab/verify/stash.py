"""What a pytest run carries of the lab: its session, and which controls it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lab.verify.session import LabSession

KEY: pytest.StashKey[LabSession] = pytest.StashKey()
WANTED: pytest.StashKey[frozenset[str]] = pytest.StashKey()  # controls that the run was asked for


def controls_of(item: pytest.Item) -> tuple[str, ...]:
    """The controls that this run judges by a test, in order, nearest mark first.

    A run that was asked for some judges no other by the way: of another it would have a part of the tests, and a pass of
    these is no pass of the control.
    """
    wanted = item.config.stash.get(WANTED, None)
    return tuple(name for name in bound(item) if wanted is None or name in wanted)


def bound(item: pytest.Item) -> tuple[str, ...]:
    """All controls that a test is bound to, nearest mark first."""
    return tuple(dict.fromkeys(name for mark in item.iter_markers("control") for name in mark.args))
