"""One shell in a container that stays open for many commands.

Every command runs in a subshell with an empty stdin, so `exit`, `cd` and `cat` cannot hurt the shell. Both output
streams end with a marker that no command can guess; it counts only at the very end of what has arrived, so output
comes back byte for byte.
"""

from __future__ import annotations

import secrets
import time

from lab.engine import ExecStream
from lab.errors import LabError

OPENING = 10.0  # seconds for the shell to come up on a busy machine
STARTED = "cut -d ' ' -f 22 /proc/1/stat"  # prints when the container's first process started


class ShellGoneError(LabError):
    """The shell ended or its container did: the command may or may not have run."""


class Shell:
    """A shell over one exec stream.

    `session` is its process session in the container, `start` the start of the container itself (in kernel ticks).
    """

    def __init__(self, stream: ExecStream) -> None:
        self._stream = stream
        _, out, _ = self.run(f"echo $$; {STARTED}", OPENING)
        session, self.start = out.split()
        self.session = int(session)

    def run(self, line: str, timeout: float) -> tuple[int, bytes, bytes]:
        """Return (exit code, stdout, stderr). ShellGoneError or TimeoutError; after either the shell is of no more use."""
        mark = secrets.token_hex(16)
        quoted = line.replace("'", "'\\''")
        try:
            self._stream.sendall(
                f"( eval '{quoted}' ) </dev/null; set -- $?; printf '\\n{mark} %d\\n' $1; printf '\\n{mark} 0\\n' >&2\n"
                .encode()
            )  # fmt: skip
        except LabError as error:
            raise ShellGoneError(error.message) from error
        out, err = self._collect(f"\n{mark} ".encode(), time.monotonic() + timeout)
        stdout, code = out
        return code, stdout, err[0]

    def close(self) -> None:
        """Close the stream: the shell sees the end of its input and leaves."""
        self._stream.close()

    def _collect(self, mark: bytes, deadline: float) -> tuple[tuple[bytes, int], tuple[bytes, int]]:
        received = {1: bytearray(), 2: bytearray()}
        parts: dict[int, tuple[bytes, int]] = {}
        for kind, piece in self._stream.frames(max(0.0, deadline - time.monotonic())):
            received[kind] += piece
            ended = _split(received[kind], mark)
            if ended:
                parts[kind] = ended
                if len(parts) == len(received):
                    return parts[1], parts[2]
        raise ShellGoneError("the shell in the container ended")


def _split(data: bytearray, mark: bytes) -> tuple[bytes, int] | None:
    """Return (output, number after the marker) once the marker is the last thing that arrived."""
    if not data.endswith(b"\n"):
        return None
    at = data.rfind(mark, max(0, len(data) - len(mark) - 8))
    return None if at < 0 else (bytes(data[:at]), int(data[at + len(mark) :]))
