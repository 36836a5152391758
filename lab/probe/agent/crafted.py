"""A crafted attempt on its way: frames handed to the intruder's cable as they are, past every socket and its kernel's own rules."""

from __future__ import annotations

import os
import secrets
from typing import Any

from lab.probe.agent import headers
from lab.probe.agent.craft import Order, packets
from lab.probe.agent.frames import TOKEN
from lab.probe.agent.intruder import Intruder
from lab.probe.agent.sender import PREFIX, Ports

CRAFT = "craft"


class Numbers:
    """Identifications and flow labels: each packet of a run is told by its own in a trace and in a log."""

    def __init__(self) -> None:
        self._next = secrets.randbelow(1 << 16)

    def fresh(self) -> int:
        self._next = (self._next + 1) & 0xFFFF or 1
        return self._next


class Crafted:
    """Stands where a `Sender` stands. `ready`: False as long as it waits for the connection that it joins."""

    def __init__(self, attempt: dict[str, Any], intruder: Intruder, ports: Ports, numbers: Numbers) -> None:
        self.attempt, self._intruder = attempt, intruder
        self.protocol, self.payload = CRAFT, PREFIX + os.urandom(TOKEN - len(PREFIX))
        self.answer, self.reply, self.socket = "none", b"", None
        self.address: str = attempt["intruder_source"]
        self.port: int = attempt.get("source_port") or ports.fresh(attempt)
        self.number = numbers.fresh()
        self.ready = attempt["craft"]["shape"] != "inside"
        self.errors = attempt["craft"]["shape"] == "error"  # its packet is one itself: no answer to anything

    def send(self) -> None:
        """Hand over the frames. What fails becomes the answer."""
        self._send(1, 0)

    def join(self, sequence: int, acknowledged: int) -> None:
        """Send within a connection's window."""
        self.ready = True
        self._send(sequence, acknowledged)

    def _send(self, sequence: int, acknowledged: int) -> None:
        try:
            between = headers.ends(self.address, self.attempt["address"], self.port, self.attempt["port"] or 0)
            made = packets(Order(self.attempt, between, self.payload, self.number, sequence, acknowledged))
            for packet in made:
                self._intruder.inject(packet)
        except (OSError, KeyError) as error:
            self.answer = f"error: {type(error).__name__}: {error}"

    def hear(self) -> None:
        """Nothing: what answers an intruder goes to whom it took the address from."""

    def close(self) -> None:
        """Nothing of its own is open."""
