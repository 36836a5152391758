"""What a train is made of: numbered packets of one flow, each to be known again wherever it is seen.

UDP leaves through an ordinary socket. TCP segments are crafted, and so come from an intruder's namespace alone: an opening
SYN carries its number in its initial sequence number and has a source port of its own, so that one that got through can't
carry the others past the rules as an established flow; a data segment belongs to a session that is there already.
"""

from __future__ import annotations

import os
import secrets
import socket
import struct
from typing import Any

from lab.probe.agent.frames import ACK, SYN, TCP, TOKEN, read
from lab.probe.agent.namespace import inside
from lab.probe.agent.sender import PREFIX

PUSH = 0x08
_IPV6_CHECKSUM, _CHECKSUM_AT = 7, 16  # the kernel fills in the checksum of a raw IPv6 socket
_WINDOW = 64240
_STRIDE = 4096  # how far apart segments stand in sequence space; a number is found again by it
FIRST, LAST = 10000, 29999  # source ports: no kernel gives them out by itself, and none of them is traced
_NAME = TOKEN - len(PREFIX) - 4  # bytes of a token that name the train; the rest is the number


class TrainPorts:
    """Fresh source ports of trains."""

    def __init__(self) -> None:
        self._next = FIRST + secrets.randbelow(LAST - FIRST)

    def fresh(self) -> int:
        self._next = self._next + 1 if self._next < LAST else FIRST
        return self._next


class Carrier:
    """One flow's packets. `send(number)` sends one; `number_of(frame)` says which one a frame is, None: not ours."""

    def __init__(self, attempt: dict[str, Any], namespace: int, ports: TrainPorts) -> None:
        self.attempt, self.kind = attempt, attempt["carrier"]
        self.port = attempt.get("source_port") or ports.fresh()
        self._ports = ports
        self._family = socket.AF_INET6 if attempt["family"] == "ipv6" else socket.AF_INET
        self._name = PREFIX + os.urandom(_NAME)
        self._base = int.from_bytes(os.urandom(4), "big")
        with inside(namespace):
            self._socket = self._made()
        self._source = socket.inet_pton(self._family, self._socket.getsockname()[0])
        self._target = socket.inet_pton(self._family, attempt["address"])

    def send(self, number: int) -> None:
        """OSError if the kernel of the source refuses it."""
        token = self._name + number.to_bytes(4, "big")
        if self.kind == "udp":
            self._socket.send(token)
        elif self.kind == "syn":
            port = self.port if self.attempt.get("source_port") else self._ports.fresh()
            self._socket.send(self._segment(port, self._sequence(number), 0, SYN, b""))
        else:
            self._socket.send(self._segment(self.port, self._base + TOKEN * number, 1, PUSH | ACK, token))

    def number_of(self, frame: bytes) -> int | None:
        """The number of the packet that this frame carries, also inside another packet."""
        if self.kind == "syn":
            told = read(frame)
            if told is None or told.role != "token" or not isinstance(told.key[1], int):
                return None
            number, rest = divmod((told.key[1] - self._base) & 0xFFFFFFFF, _STRIDE)
            return number if not rest and told.ends[2] == self._target else None
        at = frame.find(self._name)
        return int.from_bytes(frame[at + len(self._name) : at + TOKEN], "big") if at >= 0 else None

    def close(self) -> None:
        self._socket.close()

    def _sequence(self, number: int) -> int:
        return (self._base + number * _STRIDE) & 0xFFFFFFFF

    def _made(self) -> socket.socket:
        attempt = self.attempt
        source = attempt.get("intruder_source") or ""
        if self.kind == "udp":
            made = socket.socket(self._family, socket.SOCK_DGRAM)
            made.bind((source, self.port))
            made.connect((attempt["address"], attempt["port"]))
        else:
            made = socket.socket(self._family, socket.SOCK_RAW, TCP)
            if self._family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, _IPV6_CHECKSUM, _CHECKSUM_AT)
            made.bind((source, 0))
            made.connect((attempt["address"], 0))
        made.settimeout(0)
        return made

    def _segment(self, port: int, sequence: int, acknowledged: int, flags: int, data: bytes) -> bytes:
        head = struct.pack(
            "!HHIIBBHHH", port, self.attempt["port"], sequence & 0xFFFFFFFF, acknowledged, 5 << 4, flags, _WINDOW, 0, 0
        )
        if self._family == socket.AF_INET6:
            return head + data
        whole = self._source + self._target + struct.pack("!HH", TCP, len(head) + len(data)) + head + data
        total = sum(struct.unpack(f"!{len(whole) // 2}H", whole))
        total = (total & 0xFFFF) + (total >> 16)
        total += total >> 16
        return head[:_CHECKSUM_AT] + struct.pack("!H", ~total & 0xFFFF) + head[_CHECKSUM_AT + 2 :] + data
