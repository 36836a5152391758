"""A scenario file's text: a regular file of UTF-8 of a sensible size, or an error that says what it is instead."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from lab.errors import BadInput

LARGEST = 1024 * 1024  # bytes


def read_text(path: Path) -> str:
    """Read the file, BOM removed. BadInput with the place of the first bad byte."""
    content = read_bytes(path, fix="`lab up scenarios/minimal.yaml` starts from a scenario that comes with the lab")
    if b"\0" in content:
        line, column = _place(content, content.index(b"\0"))
        raise BadInput(
            "the file is binary (it holds a zero byte)", where=f"{path}:{line}:{column}", fix="give a YAML text file"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(content, error.start)
        raise BadInput(
            f"not UTF-8: byte 0x{content[error.start]:02x}",
            where=f"{path}:{line}:{column}",
            fix="save the file as UTF-8 (Shift_JIS and EUC-JP are not read)",
        ) from None


def read_bytes(path: Path, *, fix: str, what: str = "a scenario is a short file") -> bytes:
    """Read a regular file of at most LARGEST bytes. BadInput says why not; `fix` is for a file that isn't there."""
    try:
        kind = path.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise BadInput("this is a directory", where=str(path), fix="give the file inside it")
        if not stat.S_ISREG(kind.st_mode):
            raise BadInput("this is not a regular file", where=str(path), fix="save it as a file first")
        if kind.st_size > LARGEST:
            raise BadInput(
                f"the file has {kind.st_size} bytes, more than {LARGEST}",
                where=str(path),
                fix=f"{what}: check that this is the right one",
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise BadInput(_cause(error), where=printable(str(path)), fix=fix) from None


def printable(text: str) -> str:
    """Replace what a terminal must not get (control characters, lone surrogates of odd file names)."""
    return "".join(char if char.isprintable() else "�" for char in text)


def _cause(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        known = {
            errno.ENOENT: "there is no such file",
            errno.EACCES: "no permission to read it",
            errno.ENOTDIR: "a part of the path is not a directory",
            errno.ELOOP: "the links go in circles",
            errno.ENAMETOOLONG: "the name is too long",
        }
        return known.get(error.errno or 0, f"it can't be read: {error.strerror}")
    return f"this is not a file name: {error}"


def _place(content: bytes, offset: int) -> tuple[int, int]:
    """Line and column (in bytes), from 1."""
    before = content[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1
