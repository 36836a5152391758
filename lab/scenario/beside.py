"""Files that a scenario names: beside it or below, never elsewhere."""

from __future__ import annotations

from pathlib import Path

from lab.errors import BadInput


def beside(folder: Path, name: str, *, fix: str) -> Path:
    """Give the file of that name in the scenario's folder, links followed. BadInput if that leads out of it."""
    base = folder.resolve()
    try:
        file = (folder / name).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise BadInput(f"this is not a file name: {error}", fix=fix) from None
    if not file.is_relative_to(base):
        raise BadInput("the file is outside of the scenario's folder", fix=fix)
    return file
