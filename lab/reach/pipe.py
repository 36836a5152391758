"""A program's stdin and stdout as one two-way pipe: a protocol is spoken with what listens inside a host."""

from __future__ import annotations

from contextlib import suppress

from lab.engine import ExecStream
from lab.errors import LabError


class Pipe:
    """Has the manners of a connected socket (send, recv, settimeout, close), so that a protocol library can use it.

    One thread may read while another writes. What the program says on stderr is kept in `said`.
    """

    def __init__(self, stream: ExecStream, what: str) -> None:
        self._stream, self._what = stream, what
        self._arrived = b""
        self._timeout: float | None = None
        self.said = b""
        self._closed = False  # under this name, because paramiko looks for it at its sockets

    def settimeout(self, seconds: float | None) -> None:
        """How long a `recv` waits; None: for ever."""
        self._timeout = seconds

    def send(self, data: bytes) -> int:
        """Write all of it; its length. OSError when the program is gone."""
        try:
            self._stream.sendall(data)
        except LabError as error:
            raise OSError(f"{self._what}: {error.message}") from error
        return len(data)

    def recv(self, size: int) -> bytes:
        """Up to `size` bytes; b"" when the program has ended. TimeoutError if nothing comes in time."""
        while not self._arrived:
            frame = next(self._stream.frames(self._timeout), None)
            if frame is None:
                return b""
            kind, piece = frame
            if kind == 1:
                self._arrived = piece
            else:
                self.said += piece
        taken, self._arrived = self._arrived[:size], self._arrived[size:]
        return taken

    def close(self) -> None:
        """End of input for the program."""
        self._closed = True
        with suppress(OSError):  # a protocol library may have closed it already
            self._stream.close()
