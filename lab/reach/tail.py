"""The output of a running program, line by line."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator

from lab.engine import ExecStream
from lab.errors import LabError

# The program must not outlive its reader: the engine doesn't end it when the connection goes, but it does close its
# stdin. A watcher waits for that and then ends the program.
GUARD = 'exec 3<&0; { cat <&3; kill 0; } >/dev/null 2>&1 & exec 3<&-; exec "$@" </dev/null'


def guarded(argv: list[str]) -> list[str]:
    """Return an argument list that runs `argv` until it ends or its stdin does."""
    return ["/bin/sh", "-c", GUARD, "sh", *argv]


class Tail:
    """Lines of stdout and stderr in the order they came, without their ends. Iterating waits for the next one."""

    def __init__(self, stream: ExecStream, what: str) -> None:
        self._stream, self._what = stream, what
        self._lines: deque[str] = deque()
        self._rest = {1: b"", 2: b""}
        self._ended = False

    def __iter__(self) -> Iterator[str]:
        while (line := self._next(None)) is not None:
            yield line

    def until(self, wanted: Callable[[str], bool], timeout: float) -> str:
        """Return the first line that `wanted` accepts. LabError, with what came instead, if none does in time."""
        deadline, seen = time.monotonic() + timeout, deque[str](maxlen=5)
        try:
            while (line := self._next(deadline)) is not None:
                if wanted(line):
                    return line
                seen.append(line)
            reason = f"`{self._what}` ended"
        except TimeoutError:
            reason = f"`{self._what}` didn't print it within {timeout:g} s"
        raise LabError(f"the awaited line did not come: {reason}; the last lines were: {list(seen)}")

    def _next(self, deadline: float | None) -> str | None:
        while not self._lines and not self._ended:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            frame = next(self._stream.frames(left), None)
            if frame is None:
                self._ended = True
                self._lines.extend(rest.decode(errors="replace") for rest in self._rest.values() if rest)
            else:
                kind, piece = frame
                *whole, self._rest[kind] = (self._rest[kind] + piece).split(b"\n")
                self._lines.extend(line.decode(errors="replace") for line in whole)
        return self._lines.popleft() if self._lines else None
