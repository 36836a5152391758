"""Carriers that a rule about ports doesn't see as what they are: a datagram in fragments, and data inside of ICMP echo."""

from __future__ import annotations

import os
import socket
from typing import Any

from lab.probe.agent import headers
from lab.probe.agent.carriers import TrainPorts, family_of, numbered
from lab.probe.agent.frames import TOKEN
from lab.probe.agent.namespace import inside
from lab.probe.agent.sender import PREFIX

_SO_BINDTODEVICE = 25
_NAME = TOKEN - len(PREFIX) - 4
_LARGE = 160  # tokens in a datagram: 2,560 bytes, more than any link of the lab takes at once
_NOWHERE = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}  # noqa: S104 - a source that the kernel fills in

Order = dict[str, Any]


class Fragments:
    """UDP that is larger than its link: the kernel sends it in fragments, of which only the first has ports."""

    def __init__(self, attempt: Order, namespace: int, ports: TrainPorts) -> None:
        self.port = ports.fresh()
        self._name = PREFIX + os.urandom(_NAME)
        self._target = (attempt["address"], attempt["port"])
        self._socket = _opened(attempt, namespace, socket.SOCK_DGRAM, 0)
        self._socket.bind((attempt.get("intruder_source") or "", self.port))

    def send(self, number: int) -> None:
        """The token fills it, so that each fragment can be told."""
        self._socket.sendto((self._name + number.to_bytes(4, "big")) * _LARGE, self._target)

    def number_of(self, frame: bytes) -> int | None:
        return numbered(self._name, frame)

    def close(self) -> None:
        self._socket.close()


class Echoes:
    """ICMP echo requests that carry the token, as a tunnel over ICMP does."""

    def __init__(self, attempt: Order, namespace: int, ports: TrainPorts) -> None:
        self.port = ports.fresh()
        self._name, family = PREFIX + os.urandom(_NAME), family_of(attempt)
        kind = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
        self._between = headers.ends(_NOWHERE[family], attempt["address"], self.port, 0)
        self._target = (attempt["address"], 0)
        self._socket = _opened(attempt, namespace, socket.SOCK_RAW, kind)
        if attempt.get("intruder_source"):
            self._socket.bind((attempt["intruder_source"], 0))

    def send(self, number: int) -> None:
        payload = self._name + number.to_bytes(4, "big")
        self._socket.sendto(headers.echo(self._between, payload), self._target)  # of IPv6 the kernel makes the checksum

    def number_of(self, frame: bytes) -> int | None:
        return numbered(self._name, frame)

    def close(self) -> None:
        self._socket.close()


def _opened(attempt: Order, namespace: int, kind: int, protocol: int) -> socket.socket:
    with inside(namespace):
        made = socket.socket(family_of(attempt), kind, protocol)
    made.settimeout(0)
    if attempt.get("device"):
        made.setsockopt(socket.SOL_SOCKET, _SO_BINDTODEVICE, attempt["device"].encode())
    return made
