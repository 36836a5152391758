"""Carriers that try to get past a tunnel: by the outer interface itself, whatever the routes say.

As any process may that binds to an interface; as root may that sets a mark; as a packet socket does, which no output hook sees.
"""

from __future__ import annotations

import os
import socket
from typing import Any

from lab.probe.agent import headers
from lab.probe.agent.carriers import TrainPorts, family_of, numbered
from lab.probe.agent.frames import SYN, TCP, TOKEN, UDP
from lab.probe.agent.namespace import inside
from lab.probe.agent.sender import PREFIX
from lab.probe.agent.syns import Sequences

_SO_MARK, _SO_BINDTODEVICE = 36, 25
_ETHERTYPES = {"ipv4": 0x0800, "ipv6": 0x86DD}
_NAME = TOKEN - len(PREFIX) - 4

Order = dict[str, Any]


class Loose:
    """UDP whose route and source address are looked for anew with each packet. `device`, `mark`: the socket's, if any.

    A socket that is bound to an interface gets a route by that one alone, whatever the policy rules say.
    """

    def __init__(self, attempt: Order, namespace: int, ports: TrainPorts) -> None:
        self.port = ports.fresh()
        self._name = PREFIX + os.urandom(_NAME)
        self._target = (attempt["address"], attempt["port"])
        with inside(namespace):
            self._socket = socket.socket(family_of(attempt), socket.SOCK_DGRAM)
        self._socket.settimeout(0)
        self._socket.bind((attempt.get("intruder_source") or "", self.port))
        if attempt["device"]:
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_BINDTODEVICE, attempt["device"].encode())
        if attempt["mark"]:
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_MARK, attempt["mark"])

    def send(self, number: int) -> None:
        self._socket.sendto(self._name + number.to_bytes(4, "big"), self._target)

    def number_of(self, frame: bytes) -> int | None:
        return numbered(self._name, frame)

    def close(self) -> None:
        self._socket.close()


class Packets:
    """UDP, or TCP's openings, by a packet socket: whole frames, made by hand, to a neighbour's card."""

    def __init__(self, attempt: Order, namespace: int, ports: TrainPorts) -> None:
        self.port = ports.fresh()
        self._name = PREFIX + os.urandom(_NAME)
        self._between = headers.ends(attempt["source_address"], attempt["address"], self.port, attempt["port"])
        self._sequences = Sequences(self._between.target) if attempt["protocol"] == "tcp" else None
        with inside(namespace):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self._socket.bind((attempt["device"], 0))
        self._socket.settimeout(0)
        own: bytes = self._socket.getsockname()[4]
        kind = _ETHERTYPES[attempt["family"]].to_bytes(2, "big")
        self._link = bytes.fromhex(attempt["next_hop"].replace(":", "")) + own + kind

    def send(self, number: int) -> None:
        if self._sequences:
            protocol, body = TCP, headers.tcp(self._between, SYN, b"", self._sequences.of(number))
        else:
            protocol, body = UDP, headers.udp(self._between, self._name + number.to_bytes(4, "big"))
        self._socket.send(self._link + headers.packet(self._between, protocol, body, number & 0xFFFF))

    def number_of(self, frame: bytes) -> int | None:
        return self._sequences.number_of(frame) if self._sequences else numbered(self._name, frame)

    def close(self) -> None:
        self._socket.close()
