"""What a capture says: packets as lines on stdout, what begins and how it ended on stderr."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from lab.cli.output import emit
from lab.operate.capture import CaptureResult, Reason
from lab.probe import Packet
from lab.probe.air import summary as air
from lab.probe.air.watch import PORT
from lab.probe.summary import summary

_BILLION = 1_000_000_000
_WHY = {
    Reason.INTERRUPT: "you ended it",
    Reason.TIME: "its time was over (--seconds for longer)",
    Reason.COUNT: "the last packet of --count had come",
    Reason.SIZE: "it had reached its size (--size for more)",
    Reason.READER: "the program that read it ended",
}
_EVERY = 0.2  # seconds between two counts
_SHOWN = 6  # ports that are named


class View:
    """`file`: where packets are written to; None: they are shown."""

    def __init__(self, file: Path | None, *, as_json: bool) -> None:
        self._file, self._json = file, as_json
        self._width = 0
        self._counts = file is not None and not as_json and sys.stderr.isatty()
        self._next = 0.0

    def began(self, lab: str, ports: tuple[str, ...], absent: tuple[str, ...]) -> None:
        """It is at work."""
        self._width = max(map(len, ports), default=0)
        if self._json:
            return
        more = f" and {len(ports) - _SHOWN} more" if len(ports) > _SHOWN else ""
        click.echo(f"lab {lab}: capturing at {', '.join(ports[:_SHOWN])}{more}; Ctrl-C ends it", err=True)
        if absent:
            click.echo(f"not there now, taken when they come: {', '.join(absent)} (see lab status)", err=True)

    def packet(self, packet: Packet) -> None:
        """One line: time of this machine's zone with nanoseconds, port, direction, what it is."""
        seconds, rest = divmod(packet.at_ns, _BILLION)
        when = datetime.fromtimestamp(seconds).astimezone().strftime("%H:%M:%S")
        words = air.summary if packet.port == PORT else summary
        line = f"{when}.{rest:09} {packet.port:{self._width}} {packet.direction:4} {words(packet.data)}\n"
        sys.stdout.write(line)
        sys.stdout.flush()

    def counted(self, packets: int, size: int) -> None:
        """How far it is, on a terminal that shows no packets."""
        now = time.monotonic()
        if self._counts and now >= self._next:
            self._next = now + _EVERY
            click.echo(f"\r{packets} packets, {size / 1024:.1f} KiB ", err=True, nl=False)

    def ended(self, result: CaptureResult) -> None:
        """How it ended, and whether all of it is there."""
        if result.reason is Reason.READER:
            _let_go()
        if self._counts:
            click.echo("\r" + " " * 40 + "\r", err=True, nl=False)
        if self._json:
            emit({**asdict(result), "file": self._file})
            return
        file = f"{self._file}: " if self._file and str(self._file) != "-" else ""
        size = f" ({result.bytes / 1024:.1f} KiB)" if self._file else ""
        click.echo(
            f"{file}{result.packets} packets{size} in {result.seconds} s; it ended because {_WHY[result.reason]}",
            err=True,
        )
        if result.dropped:
            click.echo(
                f"NOT WHOLE: the kernel dropped {result.dropped} packets; fewer ports or a --filter keep up better",
                err=True,
            )
        elif result.dropped is None:
            click.echo("it is not known whether the kernel dropped packets: the capture's end did not answer", err=True)
        else:
            click.echo("the kernel dropped none", err=True)


def _let_go() -> None:
    """Nobody reads stdout: what is left in its buffer must not fail when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
