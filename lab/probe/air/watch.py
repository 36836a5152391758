"""The air as a person's command hears it: every radio's frames with their radiotap headers, as they come."""

from __future__ import annotations

import re
import shlex
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Self

from lab.engine import Engine, ExecStream, Lab
from lab.errors import BadInput, LabError
from lab.probe.air.listener import INTERFACE, SNAP
from lab.probe.capture import CaptureEndedError, Packet
from lab.reach.air import ONAIR

PORT = "air"
RADIOTAP = 127  # link type IEEE802_11_RADIO
_PATIENCE = 60.0  # seconds to begin: a program takes its time under emulation
_HEAD, _RECORD = 24, struct.Struct("<IIII")
_DROPPED = re.compile(r"(\d+) packets? dropped by kernel")
_LISTEN = (
    "tcpdump -i {interface} --immediate-mode -U -s {snap} -B 8192 -Z root -w - {filter} </dev/null & "
    "timeout {seconds} cat >/dev/null; kill $!; wait $!"
)
# it ends with its standard input: when it is told to, when the command dies, and when its time is over


class AirWatch:
    """An open capture of the air; has what `lab.probe.Watch` has."""

    ports = (PORT,)

    def __init__(self, stream: ExecStream) -> None:
        self._stream, self._buffer, self._said, self._begun = stream, bytearray(), b"", False
        self._told = False
        self.dropped: int | None = None
        self._await_begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def fileno(self) -> int:
        return self._stream.fileno()

    def arrived(self) -> Iterator[Packet]:
        """Frames that have come; never waits. CaptureEndedError when no more can come and `stop` wasn't asked for."""
        open_still = self._take(0.0)
        yield from self._whole()
        if open_still:
            return
        found = _DROPPED.search(self._said.decode(errors="replace"))
        if not self._told or found is None:
            raise CaptureEndedError(f"the capture was ended from outside: {self._last()}")
        self.dropped = int(found[1])

    def stop(self) -> None:
        """Ask for the end: what has been heard still arrives, then `dropped` is set."""
        self._told = True
        with suppress(LabError):  # it has ended already: `arrived` says so
            self._stream.close_stdin()

    def _await_begin(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while b"listening on" not in self._said:
            if time.monotonic() > deadline:
                raise LabError(
                    "the capture of the air did not begin", fix="lab logs radio has the end of the guest's console"
                )
            ended = not self._take(0.2)
            if b"expression" in self._said:  # tcpdump's own word for what it can't read
                raise BadInput(
                    f"libpcap takes no such filter: {self._last()}",
                    fix="pcap-filter(7), e.g. --filter 'type mgt subtype beacon'",
                )
            if ended:
                raise LabError(f"the capture of the air ended at once: {self._last()}", fix="lab status")

    def _take(self, wait: float) -> bool:
        """Whether more can come."""
        try:
            for kind, piece in self._stream.frames(wait):
                if kind == 1:
                    self._buffer += piece
                else:
                    self._said += piece
        except TimeoutError:
            return True
        return False

    def _whole(self) -> Iterator[Packet]:
        if not self._begun and len(self._buffer) >= _HEAD:
            del self._buffer[:_HEAD]
            self._begun = True
        while self._begun and len(self._buffer) >= _RECORD.size:
            seconds, micro, kept, length = _RECORD.unpack_from(self._buffer)
            end = _RECORD.size + kept
            if len(self._buffer) < end:
                return
            data = bytes(self._buffer[_RECORD.size : end])
            del self._buffer[:end]
            yield Packet((seconds * 1_000_000 + micro) * 1000, PORT, "", data, length)

    def _last(self) -> str:
        lines = self._said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def open_air(engine: Engine, lab: Lab, listener: str, expression: str, *, deadline: float) -> AirWatch:
    """Begin to capture what the host `listener` of the guest hears, for `deadline` seconds at most.

    Raises BadInput for a filter that is none, LabError if it doesn't begin.
    """
    assert lab.plan.air is not None
    line = _LISTEN.format(interface=INTERFACE, snap=SNAP, filter=shlex.quote(expression), seconds=int(deadline))
    stream = engine.exec_open(lab.container(lab.plan.air.container), [ONAIR, listener, line], stdin=True)
    try:
        return AirWatch(stream)
    except BaseException:
        stream.close()
        raise
