"""Without Python's search for garbage in cycles, where there is much to hold and little to throw away."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Twenty thousand verdicts make no cycles, and looking for them took half of the time of a report."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
