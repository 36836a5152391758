"""A capture as a person's command sees it: packets of some fabric ports as they come, and how many were lost.

A container of its own in the fabric's namespace, beside a prober if one is at work: it holds NET_RAW alone, no namespace of
a host, and ends with this process.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, NamedTuple, Self

from lab.engine import Engine, ExecStream, Lab
from lab.errors import BadInput, LabError
from lab.probe.agent.capture import END, FRAME, FROM, PACKET, PORT, READY, RECORD, REFUSED
from lab.probe.shipped import command, programs

CAPABILITIES = ("NET_RAW",)
KIND = "capture"
_PATIENCE = 20.0  # seconds for the container to start


class Packet(NamedTuple):
    """One frame at one fabric port."""

    at_ns: int  # the kernel's receive time, CLOCK_REALTIME
    port: str  # HOST.SEGMENT
    direction: str  # "from": the host sent it; "to": it was delivered to the host
    data: bytes
    length: int  # on the wire; more than len(data) if the frame was too long to keep


class CaptureEndedError(LabError):
    """The capture's container is gone, and nobody here ended it."""


class Watch:
    """An open capture. Readable at `fileno()` when `arrived` may have something to give.

    `ports`: those of the wanted ones that were there at its beginning. `dropped`: packets that the kernel had no room
    for; None until `stop` was answered.
    """

    def __init__(self, stream: ExecStream, order: dict[str, Any]) -> None:
        self._stream, self._buffer, self._said = stream, bytearray(), b""
        self._names: dict[int, str] = {}
        self.dropped: int | None = None
        self._stream.sendall(json.dumps(order).encode() + b"\n")
        self.ports = self._begun()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def fileno(self) -> int:
        return self._stream.fileno()

    def arrived(self) -> Iterator[Packet]:
        """Packets that have come; never waits. CaptureEndedError when no more can come and `stop` wasn't answered."""
        for kind, body in self._records(0.0):
            if kind == PACKET:
                number, direction, at_ns, length = FRAME.unpack_from(body)
                name = self._names[number]
                yield Packet(at_ns, name, "from" if direction == FROM else "to", body[FRAME.size :], length)
            elif kind == PORT:
                told = json.loads(body)
                self._names[told["number"]] = told["port"]
            elif kind == END:
                self.dropped = json.loads(body)["dropped"]
                return

    def stop(self) -> None:
        """Ask for the end: what has been caught still arrives, then `dropped` is set."""
        with suppress(LabError):  # it has ended already: `arrived` says so
            self._stream.sendall(b"stop\n")

    def _begun(self) -> tuple[str, ...]:
        deadline = time.monotonic() + _PATIENCE
        for kind, body in self._records(_PATIENCE):
            if kind == REFUSED:
                raise BadInput(
                    f"libpcap takes no such filter: {json.loads(body)['filter']}",
                    fix="tcpdump's language (pcap-filter(7)) with addresses, e.g. --filter 'tcp port 443 and host 10.10.0.10'",
                )
            if kind == READY:
                return tuple(json.loads(body)["ports"])
        what = "did not begin" if time.monotonic() >= deadline else f"ended at once{self._last()}"
        raise LabError(f"the capture's container {what}", fix="lab status")

    def _records(self, wait: float) -> Iterator[tuple[bytes, bytes]]:
        """Whole records, as they come within `wait` seconds."""
        yield from self._whole()
        try:
            for kind, piece in self._stream.frames(wait):
                if kind == 1:
                    self._buffer += piece
                    yield from self._whole()
                else:
                    self._said += piece
        except TimeoutError:
            return
        if wait == 0.0 and self.dropped is None:
            raise CaptureEndedError(f"the capture was ended from outside{self._last()}")

    def _whole(self) -> Iterator[tuple[bytes, bytes]]:
        while len(self._buffer) >= RECORD.size:
            kind, size = RECORD.unpack_from(self._buffer)
            end = RECORD.size + size
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[RECORD.size : end])
            del self._buffer[:end]
            yield kind, body

    def _last(self) -> str:
        lines = self._said.decode(errors="replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""


def open_watch(
    engine: Engine, lab: Lab, ports: Collection[str], segments: Collection[str], expression: str, *, deadline: float
) -> Watch:
    """Begin to capture `ports` (HOST.SEGMENT) and whatever is plugged into `segments`; it has begun when this returns.

    `expression`: a filter in libpcap's language, "" for everything. `deadline`: seconds after which it ends whatever
    happens. Raises BadInput for a filter that is none, LabError if it doesn't begin.
    """
    stream = engine.open_helper(
        lab,
        argv=command("capture", str(deadline)),
        files=programs(),
        capabilities=CAPABILITIES,
        kind=KIND,
    )
    try:
        return Watch(stream, {"ports": sorted(ports), "segments": sorted(segments), "filter": expression})
    except BaseException:
        stream.close()
        raise
