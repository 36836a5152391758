"""A session that lives: one TLS connection over which a page is asked for again and again.

What it sends is encrypted, so its packets are known by the connection's two ends, and counted as they come: a segment that
the sender's kernel repeats is one more packet that tried to get through.
"""

from __future__ import annotations

import socket
import ssl
import struct
from contextlib import suppress
from typing import Any

from lab.probe.agent.carriers import TrainPorts, family_of
from lab.probe.agent.exchange import session_context
from lab.probe.agent.frames import TCP
from lab.probe.agent.namespace import inside

_PATIENCE = 5.0
_EVERY = 4  # one request per so many calls
_ETHERNET, _FOUR, _SIX = 14, 20, 40


class Stream:
    """OSError if the session doesn't come about: there is nothing to cut then."""

    def __init__(self, attempt: dict[str, Any], namespace: int, ports: TrainPorts) -> None:
        family = family_of(attempt)
        with inside(namespace):
            plain = socket.socket(family, socket.SOCK_STREAM)
        plain.settimeout(_PATIENCE)
        self.port = ports.fresh()
        plain.bind(("", self.port))
        plain.connect((attempt["address"], attempt["port"]))
        name = attempt["server_name"]
        self._tls = session_context(attempt["ca_pem"]).wrap_socket(plain, server_hostname=name)
        self._tls.settimeout(0)
        self._request = f"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()
        self._ends = struct.pack("!HH", self.port, attempt["port"])
        self._target = socket.inet_pton(family, attempt["address"])
        self._six, self._seen = family == socket.AF_INET6, 0

    def send(self, number: int) -> None:
        """Take in what came; ask again."""
        with suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
            while self._tls.recv(1 << 16):
                pass
        if number % _EVERY == 0:
            with suppress(
                ssl.SSLWantReadError, ssl.SSLWantWriteError
            ):  # a full buffer: the kernel repeats what is there
                self._tls.send(self._request)

    def number_of(self, frame: bytes) -> int | None:
        """A number of its own for each of the client's segments with data."""
        head = _ETHERNET + (_SIX if self._six else _FOUR)
        at = 6 if self._six else 9
        target = frame[_ETHERNET + 24 : head] if self._six else frame[_ETHERNET + 16 : head]
        if target != self._target or frame[_ETHERNET + at] != TCP or frame[head : head + 4] != self._ends:
            return None
        length = int.from_bytes(frame[_ETHERNET + 4 : _ETHERNET + 6], "big") if self._six else (
            int.from_bytes(frame[_ETHERNET + 2 : _ETHERNET + 4], "big") - _FOUR
        )  # fmt: skip
        if length <= (frame[head + 12] >> 4) * 4:
            return None  # an acknowledgement alone
        self._seen += 1
        return self._seen

    def close(self) -> None:
        self._tls.close()
