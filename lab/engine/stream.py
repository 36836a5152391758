"""A raw, multiplexed stream to a container: stdin in, stdout and stderr out, as Docker frames them."""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

from lab.errors import LabError

_HEADER = struct.Struct(">BxxxI")
_CHUNK = 1 << 16


class ExecStream:
    """One exec or attachment. Not for use by two threads at once; `close` ends it and the process sees EOF.

    `close_stdin` needs a transport that can close one direction (a Unix socket, plain TCP).
    """

    def __init__(self, raw: Any, exit_code: Callable[[float], int] | None = None) -> None:
        self._raw = raw  # keeps the response alive
        self._socket: socket.socket = getattr(raw, "_sock", raw)
        self._exit_code = exit_code
        self._buffer = bytearray()
        self._socket.settimeout(None)

    def __enter__(self) -> ExecStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def sendall(self, data: bytes) -> None:
        """Write to the process's stdin. LabError when it is gone."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise LabError(f"the process in the container is gone: {error}") from error

    def close_stdin(self) -> None:
        """EOF for the process; its output can still be read."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise LabError(f"the process in the container is gone: {error}") from error

    def frames(self, timeout: float | None = None) -> Iterator[tuple[int, bytes]]:
        """Pieces of output, (1 | 2, bytes), until the process ends. TimeoutError after `timeout` seconds in all."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            yield from self.ready_frames()
            if not self._fill(deadline):
                return

    def ready_frames(self) -> Iterator[tuple[int, bytes]]:
        """The whole frames that have been read already; never waits."""
        while len(self._buffer) >= _HEADER.size:
            kind, size = _HEADER.unpack_from(self._buffer)
            end = _HEADER.size + size
            if len(self._buffer) < end:
                return
            piece = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            yield kind, piece

    def read_all(self, stdin: bytes = b"", timeout: float | None = None) -> tuple[bytes, bytes]:
        """Send `stdin` and EOF while reading; (stdout, stderr) when the process has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        output = {1: bytearray(), 2: bytearray()}
        rest = memoryview(stdin)
        while rest:
            readable, writable, _ = select.select([self], [self], [], _left(deadline))
            if not readable and not writable:
                raise TimeoutError
            if writable:
                try:
                    rest = rest[self._socket.send(rest[:_CHUNK], socket.MSG_DONTWAIT) :]
                except BlockingIOError:
                    pass
                except OSError:
                    rest = rest[:0]  # it ended without reading: its output says why
            if readable and not self._fill(deadline):
                rest = rest[:0]
            for kind, piece in self.ready_frames():
                output[kind] += piece
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it ended on its own
        for kind, piece in self.frames(_left(deadline)):
            output[kind] += piece
        return bytes(output[1]), bytes(output[2])

    def exit_code(self, timeout: float = 10) -> int:
        """Exit code of the ended process."""
        if self._exit_code is None:
            raise LabError("this stream has no exit code")
        return self._exit_code(timeout)

    def close(self) -> None:
        """Drop both directions."""
        self._raw.close()
        if self._socket is not self._raw:
            self._socket.close()

    def _fill(self, deadline: float | None) -> bool:
        readable, _, _ = select.select([self], [], [], _left(deadline))
        if not readable:
            raise TimeoutError("no answer from the container in time")
        try:
            data = self._socket.recv(_CHUNK)
        except ConnectionError:
            return False
        self._buffer += data
        return bool(data)


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())
