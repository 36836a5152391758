"""Errors that teach: what is wrong, where, and the command or line that fixes it.

The exit code belongs to the error: 3 for bad input, 2 for everything that kept the lab from giving a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence


class LabError(Exception):
    """Something kept the lab from doing its work. `fix` is a sentence or command for the user."""

    exit_code = 2

    def __init__(self, message: str, *, fix: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message, self.fix, self.where = message, fix, where

    def __str__(self) -> str:
        lead = f"{self.where}: " if self.where else ""
        tail = f"\n  fix: {self.fix}" if self.fix else ""
        return f"{lead}{self.message}{tail}"


class BadInput(LabError):  # noqa: N818 - it names the cause
    """The user's file or arguments are wrong; nothing was changed."""

    exit_code = 3


class ManyErrors(BadInput):
    """All problems of one stage at once."""

    def __init__(self, errors: Sequence[LabError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in errors))
