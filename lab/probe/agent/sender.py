"""One attempt on its way: an ordinary socket in the source's namespace, so the source's own firewall sees it too."""

from __future__ import annotations

import errno
import os
import socket
import struct
from typing import Any

from lab.probe.agent.namespace import inside

_GONE = {
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "unreachable: no route",
    errno.EACCES: "unreachable: prohibited",
    errno.EPERM: "error: the source's own firewall refused to send",
}
_TOKEN = 16
_TRIES = 90  # below the end of the range that the traces match
_ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset, leave nothing that waits


class Sender:
    """The socket, its token, and what came back. `payload`: what a UDP attempt sends instead of random bytes."""

    def __init__(self, attempt: dict[str, Any], namespace: int, port: int, payload: bytes | None = None) -> None:
        self.attempt = attempt
        self.family = socket.AF_INET6 if attempt["family"] == "ipv6" else socket.AF_INET
        self.protocol: str = attempt["protocol"]
        self.payload = payload if payload is not None else os.urandom(_TOKEN)
        self.answer = "none"
        self.reply = b""
        self.port = attempt["source_port"] or port
        kind = socket.SOCK_STREAM if self.protocol == "tcp" else socket.SOCK_DGRAM
        number, self.raw = 0, False
        if self.protocol == "icmp":
            # an intruder's new namespace lets nobody use echo sockets: it sends the same packet raw
            self.raw = bool(attempt["intruder_segment"])
            kind = socket.SOCK_RAW if self.raw else socket.SOCK_DGRAM
            number = socket.IPPROTO_ICMPV6 if self.family == socket.AF_INET6 else socket.IPPROTO_ICMP
        with inside(namespace):
            self.socket = socket.socket(self.family, kind, number)
        self.socket.setblocking(False)
        if self.protocol == "tcp":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        self.address = ""

    def send(self) -> None:
        """Bind and send; what fails at once becomes the answer."""
        try:
            self._bind()
            target = (self.attempt["address"], self.attempt["port"] or 0)
            if self.protocol == "tcp":
                self._note(self.socket.connect_ex(target))
            elif self.protocol == "udp":
                self.socket.connect(target)
                self.socket.send(self.payload)
            else:
                self.socket.connect((target[0], 0))
                kind = 128 if self.family == socket.AF_INET6 else 8
                self.socket.send(_echo(kind, self.port, self.payload))
            self.address = self.socket.getsockname()[0]
        except OSError as error:
            self._note(error.errno or 0)

    def _bind(self) -> None:
        """Take the port, or the next free one: an earlier connection may still wait on it."""
        source = self.attempt.get("intruder_source") or ""
        if self.raw:
            self.socket.bind((source, 0))
            return
        for port in range(self.port, self.port + _TRIES):
            try:
                self.socket.bind((source, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE or self.attempt["source_port"]:
                    raise
            else:
                self.port = port
                return
        raise OSError(errno.EADDRINUSE, "no free port in the probe's range")

    def ready(self) -> bool:
        """Read what came back; True if the answer is settled."""
        if self.protocol == "tcp":
            self._note(self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
            if self.answer == "none":
                try:
                    self.socket.getpeername()
                except OSError:
                    return False
                self.answer = "connected"
            return True
        try:
            self.reply = self.socket.recv(4096)
            if self.raw and self.payload not in self.reply:
                return False  # a raw socket hears every ICMP packet of its namespace
            self.answer = "replied"
        except BlockingIOError:
            return False
        except OSError as error:
            self._note(error.errno or 0)
        return True

    def _note(self, code: int) -> None:
        if code in (0, errno.EINPROGRESS):
            return
        if code == errno.ECONNREFUSED:
            self.answer = "refused"
        else:
            self.answer = _GONE.get(code, f"error: {os.strerror(code)}")

    def close(self) -> None:
        self.socket.close()


def _echo(kind: int, number: int, payload: bytes) -> bytes:
    """An ICMP (kind 8) or ICMPv6 (kind 128) echo request; the kernel writes id and checksum itself where it owns them."""
    body = struct.pack(">BBHHH", kind, 0, 0, number, 1) + payload
    if kind != 8:  # noqa: PLR2004 - ICMPv6: the checksum covers addresses that the kernel fills in
        return body
    total = sum(struct.unpack(f">{len(body) // 2}H", body))
    total = (total >> 16) + (total & 0xFFFF)
    return body[:2] + struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF) + body[4:]
