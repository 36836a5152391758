"""`lab capture`: packets of the lab's fabric, to a file, a pipe or the terminal. Takes no lock: it changes nothing."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lab.engine import Lab, connect
from lab.errors import BadInput, LabError
from lab.operate.choose import choose
from lab.operate.interrupt import Interrupts
from lab.operate.sink import Sink, open_sink
from lab.plan import Plan
from lab.probe import CaptureEndedError, Packet, Watch, open_watch
from lab.probe.air.watch import RADIOTAP, AirWatch, open_air
from lab.record.pcapng import ETHERNET
from lab.scenario.problems import nearest

GRACE = 5.0  # seconds for what was caught to arrive after the end was asked for
AFTER = 30.0  # seconds after which the container ends by itself if this process hangs
FABRIC = "fabric"


class Reason(StrEnum):
    """Why a capture ended."""

    INTERRUPT = "interrupt"
    TIME = "time"
    COUNT = "count"
    SIZE = "size"
    READER = "reader gone"


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """What to capture, and how long at most."""

    targets: tuple[str, ...]  # HOST.SEGMENT, host or segment
    name: str | None = None
    file: Path | None = None  # "-": stdout; None: lines
    seconds: float = 600.0
    count: int | None = None
    size: int = 1 << 30  # bytes written
    expression: str = ""


@dataclass(frozen=True, slots=True)
class CaptureResult:
    """What came of it."""

    lab: str
    ports: tuple[str, ...]
    packets: int
    bytes: int
    dropped: int | None  # by the kernel, for want of room; None: not told
    seconds: float
    reason: Reason


def chosen(plan: Plan, targets: Iterable[str]) -> tuple[set[str], set[str]]:
    """Ports (HOST.SEGMENT) and segments that are meant. A name that is both host and segment means both.

    Raises BadInput with the nearest name.
    """
    every = {f"{host.name}.{leg.segment}" for host in plan.hosts for leg in host.cables}
    known_segments = {segment.name for segment in plan.segments}
    ports: set[str] = set()
    segments: set[str] = set()
    for target in targets:
        own = {port for port in every if target in (port, port.partition(".")[0])}
        if not own and target not in known_segments:
            names = every if "." in target else {host.name for host in plan.hosts} | known_segments
            what = "ports" if "." in target else "hosts and segments"
            raise BadInput(
                f"lab {plan.lab} has no port, host or segment {target!r}", fix=nearest(target, names, what=what)
            )
        ports |= own
        if target in known_segments:
            segments.add(target)
            ports |= {port for port in every if port.partition(".")[2] == target}
    return ports, segments


def capture(
    request: CaptureRequest,
    *,
    show: Callable[[Packet], None],
    began: Callable[[str, tuple[str, ...], tuple[str, ...]], None],
    counted: Callable[[int, int], None],
) -> CaptureResult:
    """Capture until a bound, Ctrl-C or the reader's end.

    `began` hears the lab, the ports, and those that aren't there; `counted` the packets and bytes so far, as they come.

    Raises LabError if the lab goes down meanwhile, or what was caught can't be written; what was written stays.
    """
    with connect() as engine:
        lab = choose(engine, request.name)
        listener = on_the_air(lab.plan, request.targets)
        ports, segments = (set(AirWatch.ports), set[str]()) if listener else chosen(lab.plan, request.targets)
        require_fabric(lab)
        sink, begun = open_sink(request.file, show, RADIOTAP if listener else ETHERNET), False
        try:
            deadline = request.seconds + AFTER
            with (
                Interrupts() as interrupts,
                open_air(engine, lab, listener, request.expression, deadline=deadline)
                if listener
                else open_watch(engine, lab, ports, segments, request.expression, deadline=deadline) as watch,
            ):
                sink.begin(tuple(sorted(ports)))
                begun = True
                began(lab.name, tuple(sorted(ports)), tuple(sorted(ports - set(watch.ports))))
                return _Run(request, lab.name, tuple(sorted(ports)), watch, sink, interrupts, counted).run()
        finally:
            sink.close(empty=not begun)


def on_the_air(plan: Plan, targets: Collection[str]) -> str | None:
    """The host that hears the whole air, if that is what is meant. BadInput if something wired is meant beside it."""
    listener = next((one.name for one in (plan.air.hosts if plan.air else ()) if one.radio is None), None)
    if listener is None or listener not in targets:
        return None
    if set(targets) != {listener}:
        raise BadInput(
            f"{listener} is what all radios hear, and no capture of cables",
            fix=f"lab capture {listener} -w {listener}.pcapng",
        )
    return listener


def require_fabric(lab: Lab) -> None:
    """Raise LabError unless the fabric runs: a host that doesn't is no hindrance."""
    lost = [drift for drift in lab.wiring_drift() if drift.host == FABRIC and drift.kind in ("missing", "stopped")]
    if lost:
        raise LabError(f"lab {lab.name} has no network to listen to: {lost[0].detail}", fix=f"lab up --lab {lab.name}")


class _Run:
    """One capture on its way."""

    def __init__(
        self,
        request: CaptureRequest,
        lab: str,
        ports: tuple[str, ...],
        watch: Watch | AirWatch,
        sink: Sink,
        interrupts: Interrupts,
        counted: Callable[[int, int], None],
    ) -> None:
        self._request, self._lab, self._ports = request, lab, ports
        self._watch, self._sink, self._interrupts = watch, sink, interrupts
        self._counted, self._packets, self._bytes = counted, 0, 0
        self._began = time.monotonic()
        self._end = self._began + request.seconds

    def run(self) -> CaptureResult:
        try:
            reason = self._listen()
        except CaptureEndedError as error:
            raise CaptureEndedError(
                f"{error.message}: the lab went down, or its network was built anew; "
                f"{self._packets} packets had come until then",
                fix="lab status",
            ) from error
        self._watch.stop()
        self._drain(reason)
        seconds = time.monotonic() - self._began
        return CaptureResult(
            self._lab, self._ports, self._packets, self._bytes, self._watch.dropped, round(seconds, 1), reason
        )

    def _listen(self) -> Reason:
        """Hand packets on until there is a reason to end."""
        poll = select.poll()
        poll.register(self._watch, select.POLLIN)
        poll.register(self._interrupts, select.POLLIN)
        if (reader := self._sink.fileno()) >= 0:
            poll.register(reader, 0)  # errors alone: the reader has gone
        while True:
            for packet in self._watch.arrived():
                if reason := self._handed_on(packet) or self._over():
                    return reason
            self._counted(self._packets, self._bytes)
            if reason := self._over():
                return reason
            left = max(0.0, self._end - time.monotonic())
            for descriptor, events in poll.poll(left * 1000):
                if descriptor == reader and events & (select.POLLERR | select.POLLNVAL):
                    return Reason.READER

    def _handed_on(self, packet: Packet) -> Reason | None:
        try:
            self._bytes += self._sink.take(packet)
        except BrokenPipeError:
            return Reason.READER
        self._packets += 1
        if self._request.count is not None and self._packets >= self._request.count:
            return Reason.COUNT
        return Reason.SIZE if self._bytes >= self._request.size else None

    def _over(self) -> Reason | None:
        if self._interrupts.came:
            return Reason.INTERRUPT
        return Reason.TIME if time.monotonic() >= self._end else None

    def _drain(self, reason: Reason) -> None:
        """Take in what was caught before the end was asked for; after Ctrl-C and at the end of the time it counts."""
        poll, deadline = select.poll(), time.monotonic() + GRACE
        poll.register(self._watch, select.POLLIN)
        while self._watch.dropped is None and (left := deadline - time.monotonic()) > 0:
            try:
                for packet in self._watch.arrived():
                    if reason in (Reason.INTERRUPT, Reason.TIME) and self._handed_on(packet):
                        reason = Reason.COUNT  # a bound was reached on the way, or the reader has gone
            except CaptureEndedError:
                return  # not told how much was lost
            if self._watch.dropped is None:
                poll.poll(left * 1000)
