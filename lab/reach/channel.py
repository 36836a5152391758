"""What every channel can do, and the values that go over it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, Self

from lab.errors import LabError
from lab.reach.pipe import Pipe
from lab.reach.tail import Tail

DEADLINE = 30.0  # seconds a command may take unless the caller says otherwise


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind.

    >>> result = channel.run(["nft", "-j", "list", "ruleset"])
    >>> json.loads(result.check().stdout)
    """

    command: str
    rc: int
    stdout: bytes
    stderr: bytes
    host: str = ""

    def check(self, *expected: int) -> Result:
        """Return the result itself, or raise LabError with what the command said unless its exit code is expected."""
        if self.rc in (expected or (0,)):
            return self
        said = (self.stderr or self.stdout).decode(errors="replace").strip() or "(it said nothing)"
        raise LabError(f"`{self.command}` ended with exit code {self.rc}: {said}", where=self.host)


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file for a host."""

    path: str  # absolute
    content: bytes
    mode: int = 0o644
    uid: int = 0
    gid: int = 0


class Channel(Protocol):
    """A way to one host. Not for two threads at once. Close it when done; it is a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def run(self, command: str | Sequence[str], *, stdin: bytes = b"", timeout: float = DEADLINE) -> Result:
        """Run a shell line or an argument list. LabError if it isn't over in `timeout` seconds or the way is cut."""

    def stream(self, argv: Sequence[str]) -> AbstractContextManager[Tail]:
        """Start a program and follow what it prints. It ends when the block does."""

    def pipe(self, argv: Sequence[str]) -> AbstractContextManager[Pipe]:
        """Start a program that ends with its stdin, and speak with it. Beside `run`, not instead of it."""

    def put_tree(self, files: Sequence[TreeFile]) -> None:
        """Write files, making folders as needed. LabError unless they are all there afterwards."""

    def close(self) -> None:
        """End the channel and what still runs over it."""


def shell_line(command: str | Sequence[str]) -> str:
    """Return the command as one line for a shell; an argument list is quoted word by word."""
    return command if isinstance(command, str) else shlex.join(command)
