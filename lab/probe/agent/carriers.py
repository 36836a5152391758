"""What a train is made of: numbered packets of one flow, each to be known again wherever it is seen.

Datagrams and openings leave through ordinary sockets of the source. Segments of a session that the source's kernel knows
nothing of are crafted, and so come from an intruder's namespace alone.
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import struct
from typing import Any, Protocol

from lab.probe.agent.frames import ACK, TCP, TOKEN, read
from lab.probe.agent.namespace import inside
from lab.probe.agent.sender import PREFIX

FIRST, LAST = 10000, 29999  # source ports: no kernel gives them out by itself, and none of them is traced
PUSH = 0x08
_IPV6_CHECKSUM, _CHECKSUM_AT = 7, 16  # where the kernel fills in the checksum of a raw IPv6 socket
_WINDOW = 64240
_NAME = TOKEN - len(PREFIX) - 4  # bytes of a token that name the train; the rest is the number

Order = dict[str, Any]


class Carrier(Protocol):
    """One flow's packets."""

    port: int

    def send(self, number: int) -> None:
        """Send packet `number`. OSError if the source's kernel refuses it."""

    def number_of(self, frame: bytes) -> int | None:
        """Which packet this frame carries, also inside another packet; None: none of ours."""

    def close(self) -> None: ...


class TrainPorts:
    """Fresh source ports of trains."""

    def __init__(self) -> None:
        self._next = FIRST + secrets.randbelow(LAST - FIRST)

    def fresh(self) -> int:
        self._next = self._next + 1 if self._next < LAST else FIRST
        return self._next


class Datagrams:
    """UDP with a token; one flow, one source port."""

    def __init__(self, attempt: Order, namespace: int, ports: TrainPorts) -> None:
        self.port = attempt.get("source_port") or ports.fresh()
        self._name = PREFIX + os.urandom(_NAME)
        with inside(namespace):
            self._socket = socket.socket(family_of(attempt), socket.SOCK_DGRAM)
        self._socket.settimeout(0)
        self._socket.bind((attempt.get("intruder_source") or "", self.port))
        self._socket.connect((attempt["address"], attempt["port"]))

    def send(self, number: int) -> None:
        self._socket.send(self._name + number.to_bytes(4, "big"))

    def number_of(self, frame: bytes) -> int | None:
        return numbered(self._name, frame)

    def close(self) -> None:
        self._socket.close()


class Openings:
    """TCP connects, each from a port of its own: one that got through can't carry the next past the rules as established."""

    def __init__(self, attempt: Order, namespace: int, ports: TrainPorts) -> None:
        self._attempt, self._namespace, self._ports = attempt, namespace, ports
        self._family, self.port = family_of(attempt), ports.fresh()
        self._target = socket.inet_pton(self._family, attempt["address"])
        self._numbers: dict[int, int] = {}

    def send(self, number: int) -> None:
        with inside(self._namespace):
            made = socket.socket(self._family, socket.SOCK_STREAM)
        with made:
            made.settimeout(0)
            port = self._ports.fresh()
            made.bind((self._attempt.get("intruder_source") or "", port))
            self._numbers[port] = number
            code = made.connect_ex((self._attempt["address"], self._attempt["port"]))
            if code not in {0, errno.EINPROGRESS}:
                raise OSError(code, os.strerror(code))

    def number_of(self, frame: bytes) -> int | None:
        told = read(frame)
        if told is None or told.role != "token" or told.key[0] != "tcp" or told.ends[2] != self._target:
            return None
        return self._numbers.get(told.ends[1])

    def close(self) -> None:
        """Each socket was closed when its packet had left."""


class Segments:
    """Data segments of a TCP session that only the device knows of; from an intruder."""

    def __init__(self, attempt: Order, namespace: int, ports: TrainPorts) -> None:
        del ports
        self.port: int = attempt["source_port"]
        self._to, self._family = attempt["port"], family_of(attempt)
        self._name = PREFIX + os.urandom(_NAME)
        self._base = secrets.randbits(32)
        self._ends = b"".join(socket.inet_pton(self._family, attempt[end]) for end in ("intruder_source", "address"))
        with inside(namespace):
            self._socket = socket.socket(self._family, socket.SOCK_RAW, TCP)
        self._socket.settimeout(0)
        if self._family == socket.AF_INET6:
            self._socket.setsockopt(socket.IPPROTO_IPV6, _IPV6_CHECKSUM, _CHECKSUM_AT)
        self._socket.bind((attempt["intruder_source"], 0))
        self._socket.connect((attempt["address"], 0))

    def send(self, number: int) -> None:
        sequence = (self._base + TOKEN * number) & 0xFFFFFFFF
        head = struct.pack("!HHIIBBHHH", self.port, self._to, sequence, 1, 5 << 4, PUSH | ACK, _WINDOW, 0, 0)
        segment = head + self._name + number.to_bytes(4, "big")
        self._socket.send(segment if self._family == socket.AF_INET6 else self._with_checksum(segment))

    def number_of(self, frame: bytes) -> int | None:
        return numbered(self._name, frame)

    def close(self) -> None:
        self._socket.close()

    def _with_checksum(self, segment: bytes) -> bytes:
        whole = self._ends + struct.pack("!HH", TCP, len(segment)) + segment
        total = sum(struct.unpack(f"!{len(whole) // 2}H", whole))
        total = (total & 0xFFFF) + (total >> 16)
        total += total >> 16
        return segment[:_CHECKSUM_AT] + struct.pack("!H", ~total & 0xFFFF) + segment[_CHECKSUM_AT + 2 :]


def family_of(attempt: Order) -> socket.AddressFamily:
    """The socket family of an attempt."""
    return socket.AF_INET6 if attempt["family"] == "ipv6" else socket.AF_INET


def numbered(name: bytes, frame: bytes) -> int | None:
    """The number behind a train's name; an ICMP error that quotes a packet is no packet of the train."""
    told = read(frame)
    if told is not None and told.role != "token":
        return None
    at = frame.find(name)
    return int.from_bytes(frame[at + len(name) : at + TOKEN], "big") if at >= 0 else None
