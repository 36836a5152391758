"""Where a verify run's events go: JSON lines on a pipe to the parent, or nowhere for a user's own pytest."""

from __future__ import annotations

import json
import os
import select
import threading
import time
from typing import Any, Protocol


class Sink(Protocol):
    """Takes events as they happen. The kinds are listed in `EVENTS`."""

    def emit(self, kind: str, **body: Any) -> None:
        """Hand over one event. Must not raise for a reader that has gone."""


EVENTS = (
    "refused",
    "start",
    "test",
    "observation",
    "application",
    "train",
    "verdict",
    "host-file",
    "capture",
    "finish",
)


_AT_ONCE = frozenset({"refused", "start", "test", "finish"})
_LONGEST = (
    0.1  # seconds: others go along with the next that comes later than that; a reader that wakes for each costs a core
)


class PipeSink:
    """JSON lines on an inherited file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._lock = threading.Lock()  # hosts are asked in threads; a long line is more than one write
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")
        self._handed = 0.0

    def exit_when_reader_is_gone(self) -> None:
        """End this process at once if the parent dies: a run that nobody reads must not go on."""
        poll = select.poll()
        poll.register(self._file.fileno(), select.POLLERR)
        poll.poll()
        os._exit(2)

    def emit(self, kind: str, **body: Any) -> None:
        line = json.dumps({"event": kind, **body}, ensure_ascii=False) + "\n"
        with self._lock:
            self._file.write(line)
            now = time.monotonic()
            if kind in _AT_ONCE or _bad(body) or now - self._handed > _LONGEST:
                self._file.flush()
                self._handed = now


def _bad(body: dict[str, Any]) -> bool:
    """A verdict that must not be lost with this process."""
    told = body.get("body")
    return isinstance(told, dict) and told.get("state", "pass") != "pass"


class NullSink:
    """For a user's own pytest run: pytest's own report is all they asked for."""

    def emit(self, kind: str, **body: Any) -> None:
        del kind, body
