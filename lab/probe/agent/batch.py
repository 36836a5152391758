"""A batch of attempts: sent at once, watched until each has ended (dropped in a trace, delivered and answered, or too late)."""

from __future__ import annotations

import base64
import select
import time
from dataclasses import dataclass, field
from typing import Any

from lab.probe.agent.sender import Sender
from lab.probe.agent.tap import Frame, Tap
from lab.probe.agent.tracer import Flow, Tracer

_SETTLE = 0.025  # seconds that a datagram's answer may take after its delivery
_QUIET = 0.002  # seconds without a new frame or trace line: all that was on its way has been read
_LONGEST_DRAIN = 0.25  # seconds: a busy lab is never quiet
_ENDED = ("drop", "reject")


@dataclass(slots=True)
class Watched:
    """One attempt and all that was seen of it."""

    sender: Sender
    key: tuple[str, object] | None = None
    sent_ns: int | None = None
    frames: list[Frame] = field(default_factory=list)
    steps: list[dict[str, str]] = field(default_factory=list)
    delivered: float | None = None
    dropped: bool = False
    traced: bool = False  # the destination is a router: its trace has the last word, however late it comes

    @property
    def ended(self) -> bool:
        answered = self.sender.answer != "none"
        settled = self.delivered is not None and self.sender.protocol != "tcp" and not self.traced
        return self.dropped or answered or (settled and time.monotonic() - (self.delivered or 0) > _SETTLE)


class Batch:
    """Sends and watches."""

    def __init__(self, tap: Tap, tracers: list[Tracer], senders: list[Sender]) -> None:
        self._tap, self._tracers = tap, tracers
        devices = {tracer.device for tracer in tracers}
        self.watched = [Watched(one, traced=one.attempt["destination"] in devices) for one in senders]
        self._by_key: dict[tuple[str, object], Watched] = {}
        self._by_flow: dict[Flow, Watched] = {}
        self._early: list[tuple[Flow, dict[str, str]]] = []

    def run(self, wait: float) -> list[dict[str, Any]]:
        """Send all, watch for at most `wait` seconds, tell what was seen."""
        poll = select.poll()
        poll.register(self._tap.socket, select.POLLIN)
        by_descriptor = {}
        for tracer in self._tracers:
            poll.register(tracer.descriptor, select.POLLIN)
        self._tap.read()
        self._tap.dropped()
        for one in self.watched:
            sender = one.sender
            if sender.protocol != "tcp":
                one.key = (sender.protocol, sender.payload)
                self._by_key[one.key] = one
            sender.send()
            interest = select.POLLOUT if sender.protocol == "tcp" else select.POLLIN
            if sender.answer == "none":
                poll.register(sender.socket, interest)
                by_descriptor[sender.socket.fileno()] = one
            self._read()
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline and not all(one.ended for one in self.watched):
            for descriptor, _ in poll.poll(5):
                one = by_descriptor.get(descriptor)
                if one is not None and one.sender.ready():
                    poll.unregister(descriptor)
                    del by_descriptor[descriptor]
            self._read()
        end = time.monotonic() + _LONGEST_DRAIN
        while poll_quietly(self._tap, self._tracers) and time.monotonic() < end:
            self._read()
        trouble = self._trouble()
        for tracer in self._tracers:
            tracer.forget()
        return [self._told(one, trouble) for one in self.watched]

    def _read(self) -> None:
        for frame in self._tap.read():
            self._see(frame)
        for tracer in self._tracers:
            for flow, step in tracer.read():
                one = self._by_flow.get(flow)
                if one is None:
                    self._early.append((flow, step))
                else:
                    self._note(one, step)

    def _see(self, frame: Frame) -> None:
        one = self._by_key.get(frame.key)
        if one is None:
            one = self._first(frame)
            if one is None:
                return
        if one.sent_ns is None:
            one.sent_ns = frame.at_ns
        if frame.flow not in self._by_flow:  # after address translation the same token has another flow
            self._by_flow[frame.flow] = one
            for flow, step in self._early:
                if flow == frame.flow:
                    self._note(one, step)
        if frame.port != f"intruder.{one.sender.attempt.get('intruder_segment')}" and any(
            (seen.port, seen.direction) == (frame.port, frame.direction) for seen in one.frames
        ):
            return  # a retransmission: the way is told already
        one.frames.append(frame)
        if frame.direction == "to" and frame.port.partition(".")[0] == one.sender.attempt["destination"]:
            one.delivered = one.delivered or time.monotonic()

    def _first(self, frame: Frame) -> Watched | None:
        """The TCP attempt whose first SYN this is: its initial sequence number is the token from here on."""
        if frame.key[0] != "tcp":
            return None
        for one in self.watched:
            sender = one.sender
            same = (sender.port, sender.attempt["address"], sender.attempt["port"]) == (frame.flow[1], *frame.flow[2:])
            if one.key is None and sender.protocol == "tcp" and same:
                one.key = frame.key
                self._by_key[frame.key] = one
                return one
        return None

    @staticmethod
    def _note(one: Watched, step: dict[str, str]) -> None:
        one.steps.append(step)
        one.dropped = one.dropped or step["verdict"] in _ENDED

    def _trouble(self) -> str:
        dead = [tracer.device for tracer in self._tracers if not tracer.alive]
        lost = self._tap.dropped()
        if dead:
            return f"the nftables trace of {', '.join(dead)} ended"
        return f"the tap lost {lost} frames" if lost else ""

    @staticmethod
    def _told(one: Watched, trouble: str) -> dict[str, Any]:
        sender = one.sender
        token = f"tcp:{one.key[1]}" if one.key and sender.protocol == "tcp" else sender.payload.hex()
        return {
            "token": token if one.key else "",
            "sent_at_ns": one.sent_ns,
            "sightings": [{"port": f.port, "direction": f.direction, "at_ns": f.at_ns} for f in one.frames],
            "trace": one.steps,
            "answer": sender.answer,
            "trouble": [trouble] if trouble else [],
            "source_address": sender.address,
            "source_port": sender.port,
            "frames": [base64.b64encode(f.raw).decode() for f in one.frames],
        }


def poll_quietly(tap: Tap, tracers: list[Tracer]) -> bool:
    """True while more arrives within the quiet time."""
    descriptors = [tap.socket.fileno(), *(tracer.descriptor for tracer in tracers if tracer.alive)]
    return bool(select.select(descriptors, [], [], _QUIET)[0])
