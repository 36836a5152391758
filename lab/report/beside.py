"""Two reports at once: one is written by a process of its own, as all of it is computing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context

PATIENCE = 60.0  # seconds for the other process; what it didn't write by then is written here


@contextmanager
def beside(write: Callable[[], object]) -> Iterator[None]:
    """Have `write` done by a fork of this process while the block runs; what went wrong there is raised after the block.

    Where the block itself raises, `write` is still done, and its own errors are not told.
    """
    other = get_context("fork").Process(target=_alone, args=(write,))
    other.start()
    try:
        yield
    except Exception:
        other.join(PATIENCE)  # one report fails, the other needn't
        raise
    else:
        other.join(PATIENCE)
    finally:
        other.kill()
        other.join()
    if other.exitcode:
        write()


def _alone(write: Callable[[], object]) -> None:
    """In the other process, which says nothing of its own: who started it ends it, and tells what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(Exception):
        write()
        os._exit(0)
    os._exit(1)
