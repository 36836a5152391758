"""What a router's connection tracking knows already: a probe from such an end would pass for a part of it.

A connection that was cut stays in the table for ten seconds, one that ended in peace for two minutes: a verify meets what the
one before it left (linux/netfilter/nfnetlink_conntrack.h).
"""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

from lab.probe.agent.nfnetlink import NETFILTER, NETLINK_NETFILTER, attributes, messages

_GET, _NEW = 1 << 8 | 1, 1 << 8  # the subsystem of connection tracking, and its message
_REQUEST_DUMP = 0x301
_ERROR, _DONE = 2, 3
_HEADER = struct.Struct("=IHHIIBBH")
_ORIGINAL, _IP, _PROTOCOL = 1, 1, 2
_DESTINATIONS = ((2, socket.AF_INET), (4, socket.AF_INET6))
_SOURCE_PORT, _PORT, _ECHO_IDS = 2, 3, (4, 7)
_READY = 5.0  # seconds


class End(NamedTuple):
    """Where a flow goes and which source port it has there; of an echo: no port, and its identifier."""

    address: str
    port: int | None
    source_port: int


def tracked() -> set[End]:
    """All flows of the namespace that this is called in. OSError if the kernel doesn't tell."""
    found: set[End] = set()
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_NETFILTER) as asked:
        asked.settimeout(_READY)
        asked.send(_HEADER.pack(_HEADER.size, _GET, _REQUEST_DUMP, 1, 0, socket.AF_UNSPEC, 0, 0))
        while True:
            for kind, body in messages(asked.recv(1 << 17)):
                if kind == _DONE:
                    return found
                if kind == _ERROR:
                    number = -int.from_bytes(body[:4], "little", signed=True)
                    raise OSError(number, "list the connections that a router tracks")
                if kind == _NEW and (end := _end(body)) is not None:
                    found.add(end)


def _end(body: bytes) -> End | None:
    tuple_ = attributes(attributes(body[NETFILTER:]).get(_ORIGINAL, b""))
    ip, protocol = attributes(tuple_.get(_IP, b"")), attributes(tuple_.get(_PROTOCOL, b""))
    for kind, family in _DESTINATIONS:
        if kind in ip:
            address = socket.inet_ntop(family, ip[kind])
            if _SOURCE_PORT in protocol:
                return End(address, _number(protocol.get(_PORT, b"")), _number(protocol[_SOURCE_PORT]))
            for echo in _ECHO_IDS:
                if echo in protocol:
                    return End(address, None, _number(protocol[echo]))
    return None


def _number(value: bytes) -> int:
    return int.from_bytes(value, "big")
