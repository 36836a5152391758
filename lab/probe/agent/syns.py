"""TCP openings without the kernel's TCP: a connect() doesn't say that a rule dropped its packet, a raw socket does."""

from __future__ import annotations

import secrets
import socket
from typing import Any

from lab.probe.agent import headers
from lab.probe.agent.carriers import TrainPorts, family_of
from lab.probe.agent.frames import SYN, TCP, read
from lab.probe.agent.namespace import inside

_SO_MARK, _SO_BINDTODEVICE = 36, 25
_IPV6_CHECKSUM, _CHECKSUM_AT = 7, 16  # where the kernel fills in the checksum of a raw IPv6 socket
_MOST = 1 << 16  # packets of a train, and more

Order = dict[str, Any]


class Sequences:
    """Numbers of a train's packets as initial sequence numbers: these survive address translation. `target`: packed."""

    def __init__(self, target: bytes) -> None:
        self._target, self._base = target, secrets.randbits(32)

    def of(self, number: int) -> int:
        """What packet `number` begins with."""
        return (self._base + number) & 0xFFFFFFFF

    def number_of(self, frame: bytes) -> int | None:
        """Which packet this frame is; None: none of this train."""
        if self._target not in frame:  # most frames of a busy lab
            return None
        told = read(frame)
        if told is None or told.role != "token" or told.key[0] != "tcp" or told.ends[2] != self._target:
            return None
        number = (int(str(told.key[1])) - self._base) & 0xFFFFFFFF
        return number if number < _MOST else None


class Syns:
    """TCP openings whose route and source address are looked for anew with each. `device`, `mark`: the socket's, if any."""

    def __init__(self, attempt: Order, namespace: int, ports: TrainPorts) -> None:
        self.port = ports.fresh()
        self._attempt, self._namespace, self._family = attempt, namespace, family_of(attempt)
        self._sequences = Sequences(socket.inet_pton(self._family, attempt["address"]))
        self._source: str | None = attempt.get("intruder_source")
        self._socket = self._made(socket.SOCK_RAW, TCP)
        if self._family == socket.AF_INET6:
            self._socket.setsockopt(socket.IPPROTO_IPV6, _IPV6_CHECKSUM, _CHECKSUM_AT)
        if self._source:
            self._socket.bind((self._source, 0))

    def send(self, number: int) -> None:
        address = self._attempt["address"]
        between = headers.ends(self._source or self._found(), address, self.port, self._attempt["port"])
        self._socket.sendto(headers.tcp(between, SYN, b"", self._sequences.of(number)), (address, 0))

    def number_of(self, frame: bytes) -> int | None:
        return self._sequences.number_of(frame)

    def close(self) -> None:
        self._socket.close()

    def _found(self) -> str:
        """The source address that the routes give a packet now; of IPv6 the kernel makes the checksum, and needs none."""
        if self._family == socket.AF_INET6:
            return "::"
        with self._made(socket.SOCK_DGRAM, 0) as finder:
            finder.connect((self._attempt["address"], self._attempt["port"]))
            return str(finder.getsockname()[0])

    def _made(self, kind: int, protocol: int) -> socket.socket:
        with inside(self._namespace):
            made = socket.socket(self._family, kind, protocol)
        made.settimeout(0)
        if self._attempt.get("device"):
            made.setsockopt(socket.SOL_SOCKET, _SO_BINDTODEVICE, self._attempt["device"].encode())
        if self._attempt.get("mark"):
            made.setsockopt(socket.SOL_SOCKET, _SO_MARK, self._attempt["mark"])
        return made
