"""A train: numbered packets about every millisecond while something happens to a firewall, and where each was seen.

Bounded in packets and in time, and over at once when the other end goes. All ports, one clock: the kernel's receive time.
"""

from __future__ import annotations

import base64
import errno
import os
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from lab.probe.agent.carriers import Carrier
from lab.probe.agent.tap import Raw, Tap

MOST_PACKETS, MOST_SECONDS = 8000, 80.0
_US = 1000  # ns
_LINKS = 1  # RTNLGRP_LINK

_LOOK = 64  # ticks after which the ends of tunnels are looked for again: they come and go with their daemons
_KEPT = 96  # bytes of each place's first frame that are kept: as far as the token

Places = dict[tuple[str, str], dict[int, int]]  # (port, direction) -> number -> when it was first seen there
Firsts = dict[tuple[str, str], bytes]


class Train:
    """Carriers that leave side by side. `control`: the descriptor on which "stop" or the end comes."""

    def __init__(
        self, carriers: Sequence[Carrier], order: dict[str, Any], control: int, tunnels: Sequence[tuple[str, str, int]]
    ) -> None:
        self._carriers, self._control = carriers, control
        self._interval = float(order["interval"])
        self._count = min(int(order["count"]), MOST_PACKETS)
        self._tail = float(order["tail"])  # seconds that it goes on after it was told to stop
        self._seconds = min(float(order["seconds"]), MOST_SECONDS)
        self._tap = Tap(tunnels, everything=True)
        self._links = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._links.bind((0, _LINKS))
        self._frames: list[Raw] = []  # taken in while the train runs, looked at afterwards: sending comes first
        self._refusals: list[Counter[str]] = [Counter() for _ in carriers]
        self._sent_ns = 0  # when the last packet was tried
        self._tried = 0
        self.began_ns = self.ended_ns = 0

    def run(self, tell: Callable[[dict[str, Any]], None]) -> bool:
        """Send until told to stop, or the bounds. False: the other end has gone and wants no answer."""
        self._tap.lost()
        self.began_ns = time.time_ns()
        tell({"begun": self.began_ns})
        start = time.monotonic()
        end, sent, tick = start + self._seconds, 0, 0
        watched: list[socket.socket | int] = [*self._tap.sockets, self._links, self._control]
        while (now := time.monotonic()) < end:
            due = start + tick * self._interval if sent < self._count else end
            if now >= due:
                self._send(sent)
                if sent % _LOOK == 0:
                    self._tap.refresh()
                # a late sender doesn't catch up in a burst: packets stand for moments
                sent, tick = sent + 1, max(tick + 1, int((now - start) / self._interval))
            ready, _, _ = select.select(watched, [], [], max(0.0, min(due, end) - now))
            if self._control in ready:
                if not os.read(self._control, 1 << 16):
                    return False
                end, watched = min(end, time.monotonic() + self._tail), [*self._tap.sockets, self._links]
            self._frames += self._tap.waiting()
            if self._links in ready:  # a host that starts anew gets new ports, maybe under another's old name
                with suppress(OSError):  # an overrun says the same
                    self._links.recv(1 << 16)
                self._tap.refresh()
        self._frames += self._tap.waiting()
        self.ended_ns = time.time_ns()
        return True

    def told(self) -> list[dict[str, Any]]:
        """Per carrier what `record.Train` has of it; "frames": the first at each place, base64."""
        places, firsts = self._places()
        lost = self._tap.lost()
        trouble = [f"the tap lost {lost} frames"] if lost else []
        return [
            {
                "began_ns": self.began_ns,
                "ended_ns": self.ended_ns,
                "sent_ns": self._sent_ns,
                "source_port": carrier.port,
                "tried": self._tried,
                "places": [
                    {
                        "port": port,
                        "direction": direction,
                        "at_us": sorted((at - self.began_ns) // _US for at in seen.values()),
                    }
                    for (port, direction), seen in sorted(found.items())
                ],
                "frames": [base64.b64encode(first[place]).decode() for place in sorted(found)],
                "refused": sum(refusals.values()),
                "refusals": dict(refusals),
                "trouble": trouble,
            }
            for carrier, found, first, refusals in zip(self._carriers, places, firsts, self._refusals, strict=True)
        ]

    def close(self) -> None:
        self._tap.close()
        self._links.close()

    def _send(self, number: int) -> None:
        self._tried += 1
        self._sent_ns = time.time_ns()
        for at, carrier in enumerate(self._carriers):
            try:
                carrier.send(number)
            except OSError as error:  # no neighbour for a moment, a session that ended: it is not counted as sent
                self._refusals[at][errno.errorcode.get(error.errno or 0, str(error))] += 1

    def _places(self) -> tuple[list[Places], list[Firsts]]:
        places: list[Places] = [{} for _ in self._carriers]
        firsts: list[Firsts] = [{} for _ in self._carriers]
        for frame in self._frames:
            for carrier, found, first in zip(self._carriers, places, firsts, strict=True):
                number = carrier.number_of(frame.raw)
                if number is not None:
                    place = (frame.port, frame.direction)
                    found.setdefault(place, {}).setdefault(number, frame.at_ns)
                    first.setdefault(place, frame.raw[:_KEPT])
                    break
        return places, firsts
