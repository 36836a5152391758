"""Progress on a terminal: a live table on a TTY, plain lines elsewhere, nothing with --json."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.live import Live
from rich.table import Table
from rich.text import Text

from lab.cli.terminal import console, lively
from lab.record.progress import Event, Progress, silent

MARKS = {"start": ("…", "cyan"), "done": ("✓", "green"), "failed": ("✗", "red"), "info": ("·", "dim")}
PLAIN = {"start": "...", "done": "ok", "failed": "FAILED", "info": "-"}


class _Board:
    """What is known of each stage: how many subjects started and ended, and the newest word."""

    def __init__(self) -> None:
        self.stages: dict[str, dict[str, Event]] = {}
        self.began: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    def add(self, event: Event) -> None:
        now = time.monotonic()
        self.began.setdefault(event.stage, now)
        self.ended[event.stage] = now
        self.stages.setdefault(event.stage, {})[event.subject] = event

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for stage, subjects in self.stages.items():
            events = list(subjects.values())
            running = [e for e in events if e.status == "start"]
            failed = [e for e in events if e.status == "failed"]
            mark = MARKS["failed" if failed else "start" if running else "done"]
            newest = failed[0] if failed else (running[-1] if running else events[-1])
            took = (time.monotonic() if running else self.ended[stage]) - self.began[stage]
            count = f"{sum(e.status == 'done' for e in events)}/{len(events)}" if len(events) > 1 else ""
            said = Text(f"{newest.subject}  {newest.detail[:70]}", "dim")
            table.add_row(Text(*mark), stage, count, f"{took:.1f} s", said)
        return table


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """A Progress for the length of one command. Draws on stderr, so stdout stays for the answer."""
    screen = console(stderr=True)
    if quiet:
        yield silent
    elif lively(screen):
        board = _Board()
        with Live(board, console=screen, refresh_per_second=8, transient=False):
            yield board.add
    else:
        yield _line


def _line(event: Event) -> None:
    if event.status != "start":
        text = f"{event.stage}: {event.subject} {PLAIN[event.status]} {event.detail}".rstrip()
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - the plain form of the live table
