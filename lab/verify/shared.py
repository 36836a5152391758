"""One channel for several threads: whoever uses it has it to itself for as long as the use takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from lab.reach import Channel, Pipe, Result, Tail, TreeFile
from lab.reach.channel import DEADLINE


class SharedChannel:
    """A Channel like the one within, one use at a time. A thread that has it may use it again."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def idle(self) -> bool:
        """Whether no other thread has it at the moment."""
        if mine := self._lock.acquire(blocking=False):
            self._lock.release()
        return mine

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other thread off this host for several uses: what is started and ended in between is seen by none."""
        with self._lock:
            yield

    def run(self, command: str | Sequence[str], *, stdin: bytes = b"", timeout: float = DEADLINE) -> Result:
        with self._lock:
            return self._channel.run(command, stdin=stdin, timeout=timeout)

    @contextmanager
    def stream(self, argv: Sequence[str]) -> Iterator[Tail]:
        with self._lock, self._channel.stream(argv) as tail:
            yield tail

    @contextmanager
    def pipe(self, argv: Sequence[str]) -> Iterator[Pipe]:
        with self._lock, self._channel.pipe(argv) as pipe:
            yield pipe

    def put_tree(self, files: Sequence[TreeFile]) -> None:
        with self._lock:
            self._channel.put_tree(files)

    def close(self) -> None:
        with self._lock:
            self._channel.close()
