"""A batch of attempts: sent at once, watched until each has ended, told as observations.

An attempt ends when a router's trace says that its packet was dropped, when its answer is settled, a moment after its
delivery, or at the deadline. Causes come before effects: a frame passes the source's port before the router's trace
speaks of it, so the tap is always read before a trace is interpreted.
"""

from __future__ import annotations

import base64
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.probe.agent.crafted import CRAFT, Crafted
from lab.probe.agent.frames import TOKEN, Key, answers
from lab.probe.agent.nfnetlink import Step
from lab.probe.agent.sender import PREFIX, Sender
from lab.probe.agent.tap import Frame, Tap
from lab.probe.agent.tracer import Tracer, shown

_SETTLE = 0.05  # seconds that an answer may take after the delivery
_SETTLE_UDP = 0.01  # a kernel's refusal alone: no service answers a token
_DROPS = {"drop", "reject"}


@dataclass(slots=True, eq=False)
class Flight:
    """One attempt and all that was seen of it."""

    sender: Sender | Crafted
    home: str  # the host part of the fabric ports that it starts from
    ends: frozenset[str]  # fabric ports of whoever has the destination address
    key: Key | None = None
    frames: list[Frame] = field(default_factory=list)
    steps: list[tuple[Tracer, Step]] = field(default_factory=list)
    answer: str = ""  # as frames tell it; the source's own kernel outranks it
    peer: int | None = None  # sequence number that a connection was answered with
    delivered: float | None = None
    dropped: bool = False

    def ended(self, now: float) -> bool:
        """True if nothing more is to be expected of it."""
        settled = self.delivered is not None and now - self.delivered > self.settles
        return self.dropped or settled or self.sender.answer != "none" or bool(self.answer)

    @property
    def settles(self) -> float:
        """Seconds for an answer after the delivery."""
        return _SETTLE_UDP if self.sender.protocol == "udp" else _SETTLE

    @property
    def heard(self) -> str:
        """Its answer. A frame that answers an intruder goes to whom it took the address from."""
        return self.sender.answer if self.sender.answer != "none" else self.answer or "none"


class Batch:
    """Sends and watches. Use once."""

    def __init__(self, tap: Tap, tracers: Sequence[Tracer], flights: Sequence[Flight]) -> None:
        self._tap, self._tracers, self.flights = tap, tracers, flights
        self._flying: dict[Key, Flight] = {}
        self._shown: dict[Key, Flight] = {}
        self._unknown: dict[tuple[str, int, bytes], Flight] = {}  # TCP attempts whose first frame is yet to be seen
        self._early: dict[Key, list[tuple[Tracer, Step]]] = {}
        self._left: list[Flight] = []
        self._trouble: dict[str, str] = {}

    def run(self, wait: float) -> None:
        """Send all and watch for at most `wait` seconds."""
        self._tap.read()
        self._tap.lost()
        for tracer in self._tracers:
            tracer.begin()
        with select.epoll() as poll:
            for one in self._tap.sockets:
                poll.register(one, select.EPOLLIN)
            for tracer in self._tracers:
                if not tracer.trouble():
                    poll.register(tracer.descriptor, select.EPOLLIN)
                    poll.register(tracer.owner, select.EPOLLIN | select.EPOLLHUP)
            sockets = self._launch(poll)
            self._watch(poll, sockets, time.monotonic() + wait)
        self.look()

    def look(self) -> None:
        """Read all that has been seen so far. What a trace says is taken in after the frames that it is about."""
        steps = [(tracer, key, step) for tracer in self._tracers for key, step in tracer.read()]
        for frame in self._tap.read():
            self._see(frame)
        for tracer, key, step in steps:
            self._note(tracer, key, step)

    def told(self) -> list[dict[str, Any]]:
        """The observations, in the attempts' order."""
        lost = self._tap.lost()
        general = [f"the tap lost {lost} frames"] if lost else []
        by_device = {tracer.device: trouble for tracer in self._tracers if (trouble := tracer.trouble())}
        return [self._told(flight, general, by_device) for flight in self.flights]

    def _launch(self, poll: select.epoll) -> dict[int, Flight]:
        sockets: dict[int, Flight] = {}
        for flight in self.flights:
            sender = flight.sender
            if sender.protocol != "tcp":
                self._known(flight, (sender.protocol, sender.payload[:TOKEN]))
            if isinstance(sender, Crafted):
                self._shown["number", sender.number] = flight
                if not sender.ready:
                    continue
            sender.send()
            if sender.protocol == "tcp" and sender.port:
                self._unknown[flight.home, sender.port, _packed(sender.attempt["address"])] = flight
            if sender.socket is not None and sender.answer == "none":
                poll.register(sender.socket, select.EPOLLOUT if sender.protocol == "tcp" else select.EPOLLIN)
                sockets[sender.socket.fileno()] = flight
        self._left = list(self.flights)
        return sockets

    def _watch(self, poll: select.epoll, sockets: dict[int, Flight], deadline: float) -> None:
        while True:
            self._join()
            now = time.monotonic()
            self._left = [flight for flight in self._left if not flight.ended(now)]
            if not self._left or now >= deadline:
                return
            settling = [flight.delivered + flight.settles for flight in self._left if flight.delivered is not None]
            until = min([deadline, *settling])
            for descriptor, _ in poll.poll(max(0.0, until - now) + 0.001):
                if (flight := sockets.get(descriptor)) is not None:
                    flight.sender.hear()
                    if flight.sender.answer != "none":
                        poll.unregister(descriptor)
                        del sockets[descriptor]
                elif any(descriptor == tracer.owner for tracer in self._tracers):
                    poll.unregister(descriptor)  # its process ended or complains: `trouble` says so
            self.look()

    def _join(self) -> None:
        """Send what waited for the connection that it joins, once that is answered."""
        for flight in self._left:
            sender = flight.sender
            if isinstance(sender, Crafted) and not sender.ready and (leader := self._leader(sender)) is not None:
                assert leader.key is not None
                assert leader.peer is not None
                sequence = leader.key[1]
                assert isinstance(sequence, int)
                sender.join((sequence + 1) & 0xFFFFFFFF, (leader.peer + 1) & 0xFFFFFFFF)

    def _leader(self, sender: Crafted) -> Flight | None:
        """The answered connection of the same ends in this batch."""
        for flight in self.flights:
            other = flight.sender
            same = (other.port, other.attempt["address"]) == (sender.port, sender.attempt["address"])
            answered = other.answer == "connected" and flight.peer is not None and flight.key is not None
            if other.protocol == "tcp" and same and answered:
                return flight
        return None

    def _known(self, flight: Flight, key: Key) -> None:
        flight.key = key
        self._flying[key] = self._shown[shown(key)] = flight
        for tracer, step in self._early.pop(shown(key), ()):
            self._take(flight, tracer, step)

    def _see(self, frame: Frame) -> None:
        role = frame.told.role if frame.told else "token"
        flight = self._flying.get(frame.told.key) if frame.told else None
        if flight is None:
            flight = self._first(frame)
        if flight is None:
            flight, role = self._carried(frame)
            if flight is None:
                return
        if role != "token":
            if frame.direction == "to" and not flight.answer:
                flight.answer = role
            if role == "connected" and frame.told:
                flight.peer = frame.told.sequence
            return
        if any((seen.port, seen.direction) == (frame.port, frame.direction) for seen in flight.frames):
            return  # a retransmission: the way is told already
        flight.frames.append(frame)
        if frame.direction == "to" and frame.port in flight.ends:
            flight.delivered = flight.delivered or time.monotonic()

    def _first(self, frame: Frame) -> Flight | None:
        """The TCP attempt whose first SYN this is: from now on its initial sequence number is its token."""
        if frame.told is None or frame.direction != "from" or frame.told.role != "token" or frame.told.key[0] != "tcp":
            return None
        flight = self._unknown.pop((frame.port.partition(".")[0], frame.told.ends[1], frame.told.ends[2]), None)
        if flight is not None:
            self._known(flight, frame.told.key)
        return flight

    def _carried(self, frame: Frame) -> tuple[Flight | None, str]:
        """An attempt whose token travels inside another packet (a tunnel is a way through as well), and the frame's part.

        A quotation of it in an error is an answer, unless errors are what was sent.
        """
        at = frame.raw.find(PREFIX)
        while at >= 0:
            token = frame.raw[at : at + TOKEN]
            for kind in (CRAFT, "udp", "icmp"):
                if (flight := self._flying.get((kind, token))) is not None:
                    own = isinstance(flight.sender, Crafted) and flight.sender.errors
                    return flight, "token" if own else answers(frame.raw) or "token"
            at = frame.raw.find(PREFIX, at + 1)
        return None, ""

    def _note(self, tracer: Tracer, key: Key, step: Step) -> None:
        flight = self._shown.get(key)
        if flight is None and key[0] == "tcp":
            flight = self._traced_first(tracer, key, step)
        if flight is None:
            self._early.setdefault(key, []).append((tracer, step))
        else:
            self._take(flight, tracer, step)

    def _traced_first(self, tracer: Tracer, key: Key, step: Step) -> Flight | None:
        """A TCP attempt that a router itself sends: its trace may be all there is to see, as on loopback."""
        sport = int.from_bytes(step.transport[:2], "big")
        six = step.network[:1] and step.network[0] >> 4 == 6  # noqa: PLR2004 - IP version
        target = step.network[24:40] if six else step.network[16:20]
        flight = self._unknown.pop((tracer.device, sport, target), None)
        if flight is not None:
            self._known(flight, key)
        return flight

    @staticmethod
    def _take(flight: Flight, tracer: Tracer, step: Step) -> None:
        flight.steps.append((tracer, step))
        flight.dropped = flight.dropped or step.verdict in _DROPS

    def _told(self, flight: Flight, general: list[str], by_device: dict[str, str]) -> dict[str, Any]:
        sender, frames = flight.sender, sorted(flight.frames, key=lambda frame: frame.at_ns)
        steps = [told for tracer, step in flight.steps if (told := tracer.told(step)) is not None]
        met = {frame.port.partition(".")[0] for frame in frames} | {tracer.device for tracer, _ in flight.steps}
        trouble = general + [text for device, text in by_device.items() if device in met or not frames]
        token = ""
        if flight.key is not None:
            token = f"tcp:{flight.key[1]}" if sender.protocol == "tcp" else sender.payload.hex()
        first = next((frame.at_ns for frame in frames if frame.direction == "from"), None)
        return {
            "token": token,
            "sent_at_ns": first,
            "sightings": [{"port": f.port, "direction": f.direction, "at_ns": f.at_ns} for f in frames],
            "trace": steps,
            "answer": flight.heard,
            "source_address": sender.address,
            "source_port": sender.port or None,
            "number": sender.number if isinstance(sender, Crafted) else None,
            "frames": [base64.b64encode(frame.raw).decode() for frame in frames],
            "trouble": trouble,
        }


def _packed(address: str) -> bytes:
    """An address as a header has it."""
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
