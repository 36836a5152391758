"""The channel to a container: one open shell for commands, one exec each for what needs stdin or a stream."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from lab.engine import Engine, ExecStream
from lab.errors import LabError
from lab.reach.channel import DEADLINE, Result, TreeFile, shell_line
from lab.reach.pipe import Pipe
from lab.reach.shell import OPENING, STARTED, Shell, ShellGoneError
from lab.reach.tail import Tail, guarded

SMALL = 1 << 20  # bytes of stdin that still go through the open shell; more is worth an exec of its own


class ContainerChannel:
    """A Channel over the engine's API. `container` is its name or id, `host` is for messages."""

    started = STARTED  # prints what another start of the host would change
    opening = OPENING  # seconds for a shell to come up

    def __init__(self, engine: Engine, container: str, host: str) -> None:
        self._engine, self._container, self._host = engine, container, host
        self._shell: Shell | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, command: str | Sequence[str], *, stdin: bytes = b"", timeout: float = DEADLINE) -> Result:
        line = shell_line(command)
        if len(stdin) > SMALL:
            code, out, err = self._once(line, stdin, timeout)
        else:
            code, out, err = self._in_shell(line, timeout, stdin)
        return Result(line, code, out, err, self._host)

    @contextmanager
    def stream(self, argv: Sequence[str]) -> Iterator[Tail]:
        stream = self._exec(guarded(list(argv)))
        try:
            yield Tail(stream, shell_line(argv))
        finally:
            stream.close()

    @contextmanager
    def pipe(self, argv: Sequence[str]) -> Iterator[Pipe]:
        pipe = Pipe(self._exec(argv), shell_line(argv))
        try:
            yield pipe
        finally:
            pipe.close()

    def put_tree(self, files: Sequence[TreeFile]) -> None:
        if not files:
            return
        self._engine.put_archive(self._container, "/", archive(files))
        # The engine reports success for a path under a mount of the container and writes beneath the mount instead.
        wanted = "".join(f" {shell_line([file.path])}" for file in files)
        missing = self.run(f'for f in{wanted}; do [ -e "$f" ] || echo "$f"; done').check().stdout.decode().split()
        if missing:
            raise LabError(
                f"{', '.join(missing)} did not arrive", fix="files cannot be put on a tmpfs such as /run or /dev",
                where=self._host,
            )  # fmt: skip

    def close(self) -> None:
        if self._shell:
            self._shell.close()
            self._shell = None

    def open(self) -> None:
        """Start the shell now instead of with the first command."""
        if self._shell is None:
            self._open()

    def _in_shell(self, line: str, timeout: float, stdin: bytes) -> tuple[int, bytes, bytes]:
        fresh = self._shell is None
        shell = self._shell or self._open()
        try:
            return shell.run(line, timeout, stdin)
        except TimeoutError as error:
            self.close()
            # whatever hangs there must not go on beside the next command
            self._once(f"pkill -KILL -s {shell.session}", b"", DEADLINE)
            raise LabError(f"`{line}` was not over after {timeout:g} s and was ended", where=self._host) from error
        except ShellGoneError as error:
            self.close()
            if fresh or self._start() == shell.start:
                raise LabError(f"{error.message} while it ran `{line}`", where=self._host) from error
            return self._restarted(line, timeout, stdin)

    def _restarted(self, line: str, timeout: float, stdin: bytes) -> tuple[int, bytes, bytes]:
        """The host was restarted since this shell was opened: the command reached nobody."""
        return self._in_shell(line, timeout, stdin)

    def _exec(self, argv: Sequence[str]) -> ExecStream:
        """Start a program in the host."""
        return self._engine.exec_open(self._container, list(argv), stdin=True)

    def _open(self) -> Shell:
        self._shell = Shell(self._exec(["/bin/sh"]), self.started, self.opening)
        return self._shell

    def _start(self) -> bytes:
        return self._once(self.started, b"", self.opening)[1].strip()

    def _once(self, line: str, stdin: bytes, timeout: float) -> tuple[int, bytes, bytes]:
        with self._exec(["/bin/sh", "-c", line]) as stream:
            try:
                out, err = stream.read_all(stdin, timeout)
            except TimeoutError as error:
                raise LabError(f"`{line}` was not over after {timeout:g} s", where=self._host) from error
            return stream.exit_code(), out, err


def archive(files: Sequence[TreeFile]) -> bytes:
    """Return a tar, rooted at /, of the files. Same files, same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for file in sorted(files, key=lambda one: one.path):
            entry = tarfile.TarInfo(file.path.lstrip("/"))
            entry.size, entry.mode, entry.uid, entry.gid = len(file.content), file.mode, file.uid, file.gid
            tar.addfile(entry, io.BytesIO(file.content))
    return buffer.getvalue()
