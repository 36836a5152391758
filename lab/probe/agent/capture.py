"""Everything that crosses some ports of the fabric, for a person who watches. Sends nothing, changes nothing.

stdin: one line of JSON, {"ports": [HOST.SEGMENT], "segments": [names], "filter": expression}; another line ends it.
stdout: records, each a kind, a length and a body (`PACKET` and the rest below).
It ends with its stdin, however that ends, and at its deadline.
"""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import sys
import time
from contextlib import suppress
from typing import Any

from lab.probe.agent.bpf import Program, behind_gate, compile_expression
from lab.probe.agent.ports import port_numbers
from lab.probe.agent.ring import Caught, Ring

RECORD = struct.Struct(">cI")
PORT = b"i"  # JSON {"number", "port"}: before the port's first packet
READY = b"r"  # JSON {"ports": names that are there}
PACKET, FRAME = b"p", struct.Struct(">HcQI")  # number of the port, direction, time in ns, length on the wire; the frame
END = b"e"  # JSON {"dropped": frames that the kernel had no room for}
REFUSED = b"x"  # JSON {"filter": why it is none}
FROM, TO = b"f", b"t"
_MOST = 8 << 20  # bytes that wait for a slow reader; what comes then waits in the ring
_LINKS = 1  # RTNLGRP_LINK


class Capture:
    """One capture. `settings`: see above."""

    def __init__(self, settings: dict[str, Any], program: Program) -> None:
        self._ports, self._segments = set(settings["ports"]), set(settings["segments"])
        self._program, self._ring = program, Ring()
        self._links = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._links.bind((0, _LINKS))
        self._names: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._waiting = bytearray()
        self._look()
        self._ring.listen(behind_gate(self._names, self._program))
        self._tell(READY, {"ports": sorted(self._names.values())})

    def run(self, deadline: float) -> None:
        """Until a word or the end comes on stdin, or the deadline."""
        os.set_blocking(sys.stdout.fileno(), False)
        while (left := deadline - time.monotonic()) > 0:
            reading: list[Any] = [sys.stdin, self._links]
            if len(self._waiting) < _MOST:
                reading.append(self._ring.socket)
            writing = [sys.stdout] if self._waiting else []
            ready, free, _ = select.select(reading, writing, [], left)
            if sys.stdin in ready:
                if os.read(sys.stdin.fileno(), 1 << 16):
                    self._finish()
                return
            if self._links in ready:
                self._changed()
            if self._ring.socket in ready:
                self._take()
            if free or self._waiting:
                self._write()

    def _finish(self) -> None:
        """What waits, and how much was lost."""
        self._take()
        self._tell(END, {"dropped": self._ring.lost()})
        os.set_blocking(sys.stdout.fileno(), True)
        while self._waiting:
            self._write()

    def _take(self) -> None:
        for frame in sorted(self._ring.waiting(), key=_time):  # two processors lay them down nearly in order
            name = self._names.get(frame.interface)
            if name is not None:  # a frame of a port that has gone since
                if name not in self._numbers:
                    self._numbers[name] = len(self._numbers)
                    self._tell(PORT, {"number": self._numbers[name], "port": name})
                direction = TO if frame.outgoing else FROM
                body = FRAME.pack(self._numbers[name], direction, frame.at_ns, frame.length) + frame.data
                self._waiting += RECORD.pack(PACKET, len(body)) + body

    def _changed(self) -> None:
        """A host that starts anew gets new ports; an intruder of a verify run comes and goes."""
        with suppress(OSError):  # an overrun says the same
            self._links.recv(1 << 16)
        before = self._names.keys()
        self._take()
        self._look()
        if self._names.keys() != before:
            self._ring.listen(behind_gate(self._names, self._program))

    def _look(self) -> None:
        self._names = {
            index: name
            for index, name in port_numbers().items()
            if name in self._ports or name.partition(".")[2] in self._segments
        }

    def _tell(self, kind: bytes, what: dict[str, Any]) -> None:
        body = json.dumps(what).encode()
        self._waiting += RECORD.pack(kind, len(body)) + body

    def _write(self) -> None:
        with suppress(BlockingIOError):
            written = os.write(sys.stdout.fileno(), self._waiting)
            del self._waiting[:written]


def _time(frame: Caught) -> int:
    return frame.at_ns


def main() -> None:
    """Capture what the first line asks for."""
    deadline = time.monotonic() + float(sys.argv[1])
    settings = json.loads(sys.stdin.readline())
    try:
        program = compile_expression(settings["filter"])
    except ValueError as error:
        body = json.dumps({"filter": str(error)}).encode()
        os.write(sys.stdout.fileno(), RECORD.pack(REFUSED, len(body)) + body)
        return
    Capture(settings, program).run(deadline)


if __name__ == "__main__":
    main()
