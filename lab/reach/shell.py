"""One shell in a container that stays open for many commands.

Every command runs in a subshell with a stdin of its own, so `exit`, `cd` and `cat` cannot hurt the shell. On both output
streams its output stands between two markers that no command can guess; the last counts only at the very end of what
has arrived, so output comes back byte for byte, and what an abandoned command left behind is passed over.
"""

from __future__ import annotations

import base64
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

    `session` is its process session in the container, `start` what `started` prints of the start of the host itself.
    """

    def __init__(self, stream: ExecStream, started: str = STARTED, patience: float = OPENING) -> None:
        self._stream = stream
        _, out, _ = self.run(f"echo $$; {started}", patience)
        session, self.start = out.split()
        self.session = int(session)

    def run(self, line: str, timeout: float, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
        """Return (exit code, stdout, stderr). ShellGoneError or TimeoutError; after either the shell is of no use."""
        mark = secrets.token_hex(16)
        try:
            self._stream.sendall(_script(line, mark, stdin))
        except LabError as error:
            raise ShellGoneError(error.message) from error
        parts = self._collect(mark.encode(), time.monotonic() + timeout)
        (stdout, code), (stderr, _) = parts[1], parts[2]
        return code, stdout, stderr

    def close(self) -> None:
        """Close the stream: the shell sees the end of its input and leaves."""
        self._stream.close()

    def _collect(self, mark: bytes, deadline: float) -> dict[int, tuple[bytes, int]]:
        received = {1: bytearray(), 2: bytearray()}
        parts: dict[int, tuple[bytes, int]] = {}
        for kind, piece in self._stream.frames(max(0.0, deadline - time.monotonic())):
            received[kind] += piece
            ended = _between(received[kind], mark)
            if ended:
                parts[kind] = ended
                if len(parts) == len(received):
                    return parts
        raise ShellGoneError("the shell in the container ended")


def _script(line: str, mark: str, stdin: bytes) -> bytes:
    quoted = line.replace("'", "'\\''")
    start = f"echo {mark}; echo {mark} >&2\n"
    end = f"set -- $?; printf '\\n{mark} %d\\n' $1; printf '\\n{mark} 0\\n' >&2\n"
    if stdin:
        coded = base64.encodebytes(stdin).decode()
        return f"{start}base64 -d <<'{mark}' | ( eval '{quoted}' )\n{coded}{mark}\n{end}".encode()
    return f"{start}( eval '{quoted}' ) </dev/null; {end}".encode()


def _between(data: bytearray, mark: bytes) -> tuple[bytes, int] | None:
    """Return (output, number after the end marker) once that is the last thing that arrived."""
    if not data.endswith(b"\n"):
        return None
    first, last = mark + b"\n", b"\n" + mark + b" "
    at = data.rfind(last, max(0, len(data) - len(last) - 8))
    if at < 0:
        return None
    begin = data.index(first) + len(first)
    return bytes(data[begin:at]), int(data[at + len(last) :])
