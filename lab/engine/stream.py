"""A raw stream to a container: stdin in, stdout and stderr out, as Docker frames them."""

from __future__ import annotations

import select
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from lab.errors import LabError

Raw = Any  # a SocketIO, a socket or a TLS object, as the transport has it

_HEADER = struct.Struct(">BxxxI")
_CHUNK = 1 << 16
_GONE = "the process in the container is gone"


@dataclass(frozen=True, slots=True)
class Control:
    """What can be asked of an exec beside its streams."""

    exit_code: Callable[[float], int]
    resize: Callable[[int, int], None]


class ExecStream:
    """One exec or attachment. Not for use by two threads at once; `close` ends it and the process sees EOF.

    With a terminal (`tty`) the socket at `fileno()` carries plain bytes, and `frames` gives them as 1.
    `close_stdin` needs a transport that can close one direction (a Unix socket, plain TCP).
    """

    def __init__(self, raw: Raw, control: Control | None = None, *, tty: bool = False) -> None:
        self._raw = raw  # keeps the response alive
        self._socket: socket.socket = getattr(raw, "_sock", None) or raw
        self._control = control
        self._tty = tty
        self._socket.settimeout(0)
        self._buffer = bytearray(_read_ahead(raw))
        self._socket.settimeout(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def arrived(self) -> bytes:
        """Raw bytes that were read already, for those who go on reading at `fileno()`."""
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    def sendall(self, data: bytes) -> None:
        """Write to the process's stdin. LabError when it is gone."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise LabError(f"{_GONE}: {error}") from error

    def feed(self, data: bytes, timeout: float) -> None:
        """Send it while reading; what comes meanwhile is there for `frames`. TimeoutError; no error for a process that ended."""
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        while rest:
            rest = self._exchange(rest, deadline)

    def close_stdin(self) -> None:
        """EOF for the process; its output can still be read. LabError when it is gone."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise LabError(f"{_GONE}: {error}") from error

    def frames(self, timeout: float | None = None) -> Iterator[tuple[int, bytes]]:
        """Pieces of output, (1 | 2, bytes), until the process ends. TimeoutError after `timeout` seconds in all."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            yield from self._whole()
            if not self._fill(deadline):
                return

    def read_all(self, stdin: bytes = b"", timeout: float | None = None) -> tuple[bytes, bytes]:
        """Send `stdin` and EOF while reading; (stdout, stderr) when the process has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        output = {1: bytearray(), 2: bytearray()}
        rest = memoryview(stdin)
        while rest:
            rest = self._exchange(rest, deadline)
            for kind, piece in self._whole():
                output[kind] += piece
        with suppress(OSError):  # it may have ended on its own
            self._socket.shutdown(socket.SHUT_WR)
        for kind, piece in self.frames(None if deadline is None else max(0.0, deadline - time.monotonic())):
            output[kind] += piece
        return bytes(output[1]), bytes(output[2])

    def exit_code(self, timeout: float = 10) -> int:
        """Exit code of the process, whose output has ended. LabError when it runs on for `timeout` seconds."""
        return self._asked().exit_code(timeout)

    def resize(self, rows: int, columns: int) -> None:
        """Tell the process the size of its terminal."""
        self._asked().resize(rows, columns)

    def close(self) -> None:
        """Drop both directions."""
        self._raw.close()
        if self._socket is not self._raw:
            self._socket.close()

    def _asked(self) -> Control:
        if self._control is None:
            raise LabError("this stream is no exec: it has neither exit code nor terminal")
        return self._control

    def _whole(self) -> Iterator[tuple[int, bytes]]:
        """The whole frames that have been read already; never waits."""
        if self._tty and self._buffer:
            piece = bytes(self._buffer)
            self._buffer.clear()
            yield 1, piece
        while len(self._buffer) >= _HEADER.size:
            kind, size = _HEADER.unpack_from(self._buffer)
            end = _HEADER.size + size
            if len(self._buffer) < end:
                return
            piece = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            yield kind, piece

    def _exchange(self, rest: memoryview, deadline: float | None) -> memoryview:
        """Send what the process takes, read what it gives; what is left to send (nothing, once it has ended)."""
        happened = self._poll(select.POLLIN | select.POLLOUT, deadline)
        if happened & select.POLLIN and not self._fill(deadline):
            return rest[:0]
        if happened & select.POLLOUT:
            try:
                return rest[self._socket.send(rest[:_CHUNK], socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                return rest
            except OSError:
                return rest[:0]  # it ended without reading: its output says why
        return rest

    def _fill(self, deadline: float | None) -> bool:
        self._poll(select.POLLIN, deadline)
        try:
            data = self._socket.recv(_CHUNK)
        except ConnectionError:
            return False
        self._buffer += data
        return bool(data)

    def _poll(self, events: int, deadline: float | None) -> int:
        poller = select.poll()
        poller.register(self._socket, events)
        left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        happened = poller.poll(left)
        if not happened:
            raise TimeoutError("no answer from the container in time")
        return happened[0][1]


def _read_ahead(raw: Raw) -> bytes:
    """What the HTTP client took from the socket together with the answer's headers; the socket is not blocking.

    On a busy machine the first output is there before the headers are read: it would be lost in the client's buffer.
    """
    response = getattr(raw, "_response", None)
    if response is None:
        return b""
    try:
        return bytes(response.raw._fp.fp.peek())  # noqa: SLF001 - the SDK gives no other way to it
    except (BlockingIOError, ssl.SSLWantReadError):
        return b""
