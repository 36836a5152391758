"""One attempt on its way: a socket made in the source's namespace, so that the source's own firewall sees the packet too.

TCP is a real connect(); UDP and ICMP carry a token. The answer is what the source's own kernel was told.
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import struct
from collections.abc import Iterable
from typing import Any

from lab.probe.agent.frames import TOKEN
from lab.probe.agent.namespace import inside
from lab.probe.agent.tracer import FIRST, LAST
from lab.probe.agent.tracked import End

PREFIX = os.urandom(4)  # of every token of this process: finds one that travels inside something else
_ALL = LAST - FIRST + 1
_ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset, so that nothing waits on the port
_IP_RECVERR, _IPV6_RECVERR = 11, 25
_ECHO = {socket.AF_INET: (socket.IPPROTO_ICMP, 8, 0), socket.AF_INET6: (socket.IPPROTO_ICMPV6, 128, 129)}
_LOCAL = {
    errno.ENETUNREACH: "unreachable: no route",
    errno.EHOSTUNREACH: "unreachable",
    errno.EPERM: "error: the source's own firewall refused to send",
    errno.EACCES: "error: the source refused to send",
}
_TOLD = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EPERM, errno.ENOPROTOOPT, errno.EPROTO}


class Ports:
    """Fresh source ports and echo ids of the probe range: a known one could pass as established.

    `known`: what routers track when this begins.
    """

    def __init__(self, known: Iterable[End] = ()) -> None:
        self._next = FIRST + secrets.randbelow(LAST - FIRST)
        self._known: dict[tuple[str, int | None], set[int]] = {}
        for end in known:
            self._known.setdefault((end.address, end.port), set()).add(end.source_port)
        self._given: dict[tuple[str, str, int | None], set[int]] = {}

    def fresh(self, attempt: dict[str, Any]) -> int:
        """One that no router knows for the attempt's ends, nor was given for them; once all were given, that begins anew."""
        ends = attempt["address"], attempt["port"]
        known, given = self._known.get(ends, set()), self._given.setdefault((attempt["source"], *ends), set())
        for _ in range(_ALL):
            self._next = self._next + 1 if self._next < LAST else FIRST
            if self._next not in known and self._next not in given:
                break
        else:
            given.clear()
        given.add(self._next)
        return self._next


class Sender:
    """`payload`: what is sent instead of a token of its own (UDP), or will be said over the connection (TCP)."""

    def __init__(self, attempt: dict[str, Any], namespace: int, ports: Ports, payload: bytes | None = None) -> None:
        self.attempt, self._namespace, self._ports = attempt, namespace, ports
        self.protocol: str = attempt["protocol"]
        self.payload = payload if payload is not None else PREFIX + os.urandom(TOKEN - len(PREFIX))
        self.answer, self.reply = "none", b""
        self.address, self.port = attempt.get("intruder_source") or "", attempt.get("source_port") or 0
        self._family = socket.AF_INET6 if attempt["family"] == "ipv6" else socket.AF_INET
        self.socket: socket.socket | None = None

    def send(self) -> None:
        """Make the socket and send. What fails at once becomes the answer."""
        try:
            with inside(self._namespace):
                self.socket = self._made()
            if self.protocol == "icmp":
                self._send_echo(self.socket)
            else:
                self._bind(self.socket)
                self.socket.connect((self.attempt["address"], self.attempt["port"]))
                if self.protocol == "udp":
                    self.socket.send(self.payload)
                self.address = self.socket.getsockname()[0]
        except BlockingIOError:
            self.address = self.socket.getsockname()[0] if self.socket else ""
        except ConnectionRefusedError:
            self.answer = "refused"  # over loopback a connect is answered before it returns
        except OSError as error:
            self.answer = _LOCAL.get(error.errno or 0, f"error: {error.strerror or error}")

    def hear(self) -> None:
        """Take in what the kernel has for the socket."""
        if self.socket is None or self.answer != "none":
            return
        code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self.answer = _told(code)
        elif self.protocol == "tcp":
            self._hear_connected(self.socket)
        else:
            self._hear_datagrams(self.socket)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()

    def _made(self) -> socket.socket:
        if self.protocol == "icmp":
            made = socket.socket(self._family, socket.SOCK_RAW, _ECHO[self._family][0])
        else:
            made = socket.socket(self._family, socket.SOCK_STREAM if self.protocol == "tcp" else socket.SOCK_DGRAM)
        made.settimeout(0)
        if self.protocol == "tcp":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        elif self.protocol == "udp":
            six = self._family == socket.AF_INET6
            made.setsockopt(socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP, _IPV6_RECVERR if six else _IP_RECVERR, 1)
        return made

    def _bind(self, made: socket.socket) -> None:
        """Take the attempt's port, or the next fresh one that is free."""
        while True:
            port = self.port or self._ports.fresh(self.attempt)
            try:
                made.bind((self.address, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE or self.port:
                    raise
            else:
                self.port = port
                return

    def _send_echo(self, made: socket.socket) -> None:
        self.port = self.port or self._ports.fresh(self.attempt)
        if self.address:
            made.bind((self.address, 0))
        made.connect((self.attempt["address"], 0))
        self.address = made.getsockname()[0]
        _, request, _ = _ECHO[self._family]
        made.send(_echo(request, self.port, self.payload))

    def _hear_connected(self, made: socket.socket) -> None:
        try:
            made.getpeername()
        except OSError:
            return
        self.answer = "connected"

    def _hear_datagrams(self, made: socket.socket) -> None:
        try:
            while self.answer == "none":
                data = made.recv(1 << 16)
                if self.protocol == "udp" or self._is_reply(data):
                    self.answer, self.reply = "replied", data
        except BlockingIOError:
            pass
        except OSError as error:
            self.answer = _told(error.errno or 0)

    def _is_reply(self, data: bytes) -> bool:
        body = data[(data[0] & 0x0F) * 4 :] if self._family == socket.AF_INET else data
        return bool(body) and body[0] == _ECHO[self._family][2] and self.payload in body


def _told(code: int) -> str:
    if code == errno.ECONNREFUSED:
        return "refused"
    if code in _TOLD:
        return "unreachable"
    return "none" if code == errno.ETIMEDOUT else f"error: {os.strerror(code)}"


def _echo(request: int, identifier: int, payload: bytes) -> bytes:
    """An echo request; for IPv6 the kernel fills in the checksum."""
    head = struct.pack("!BBHHH", request, 0, 0, identifier, 1)
    if request == _ECHO[socket.AF_INET6][1]:
        return head + payload
    words = head + payload + b"\0" * (len(payload) % 2)
    total = sum(struct.unpack(f"!{len(words) // 2}H", words))
    total = (total >> 16) + (total & 0xFFFF)
    total += total >> 16
    return struct.pack("!BBHHH", request, 0, ~total & 0xFFFF, identifier, 1) + payload
