"""Files that are there whole or not at all, and only below one directory."""

from __future__ import annotations

import os
from pathlib import Path

from lab.errors import LabError
from lab.record.bundle.manifest import is_inside
from lab.record.bundle.model import PART


def place(directory: Path, name: str) -> Path:
    """Where `name` goes, its folder made. LabError if that would be outside the directory, also by a symbolic link."""
    if not is_inside(name):
        raise LabError(f"{name!r} would be outside the evidence folder", where=str(directory))
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    root = directory.resolve()
    if path.is_symlink() or not path.parent.resolve().is_relative_to(root):
        raise LabError(f"{name!r} leads outside the evidence folder by a symbolic link", where=str(directory))
    return path


def write(directory: Path, name: str, content: bytes) -> None:
    """Write a whole file at once."""
    path = place(directory, name)
    part = path.with_name(path.name + PART)
    with part.open("wb") as file:
        file.write(content)
    settle(part, path)


def settle(part: Path, path: Path) -> None:
    """Make a finished part the file: on disk first, then under its name."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
