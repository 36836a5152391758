"""Ctrl-C as an event to wait for: what is being written gets written, and then the command ends in order."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Self


class Interrupts:
    """Within the block the first SIGINT or SIGTERM makes `fileno()` readable and `came` true; a second one acts as ever."""

    def __init__(self) -> None:
        self.came = False
        self._reader, self._writer = os.pipe()
        self._before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def __enter__(self) -> Self:
        for number in self._before:
            signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()
        os.close(self._reader)
        os.close(self._writer)

    def fileno(self) -> int:
        return self._reader

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True
        os.write(self._writer, b"!")
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else handler)
