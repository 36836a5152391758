"""What a converge brings back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.errors import LabError


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that a converge wrote or removed (or, with check, would have)."""

    host: str
    role: str
    path: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Converged:
    """What changed. `archives` are empty after a check or a limited run."""

    changed: dict[str, int]  # every host -> number of files written or removed
    files: tuple[FileChange, ...]
    diff: str  # unified diff of all changes, without secrets; only if asked for
    archives: Mapping[str, bytes]  # host -> tar, rooted at /, of every managed file and the manifests


@dataclass(frozen=True, slots=True)
class Failure:
    """One host that could not be configured."""

    host: str
    role: str
    task: str
    message: str
    file: str = ""  # the file that was refused, as the host knows it

    def __str__(self) -> str:
        file = f"{self.file}: " if self.file and self.file not in self.message else ""
        return f"{self.host}: role {self.role}: {file}{self.message}"


class ConvergeError(LabError):
    """Some hosts could not be configured. What was refused did not land."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(str(failure) for failure in self.failures))
