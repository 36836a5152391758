"""The asset register (機器台帳): which certificate is on which terminal, and whose class that terminal is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.errors import LabError
from lab.pki.place import register_file
from lab.pki.store import write_private


@dataclass(frozen=True, slots=True)
class Registered:
    """One line of the register. A certificate that isn't in it is of no registered asset, whoever signed it."""

    identity: str  # common name and rfc822Name
    serial: str  # hex, lower case, an even count of digits
    host: str  # "" for a trial
    class_: str  # "lg" | "mn" | "in"; "none", which no network access server takes, of the trial for that
    inspected: str = ""  # until when its inspection holds, in seconds since 1970; "": none is sound, or asked for


def write(directory: Path, lines: Sequence[Registered]) -> Path:
    """Write the register; nothing is written if it says the same already."""
    path = register_file(directory)
    raw = [{("class" if key == "class_" else key): value for key, value in asdict(one).items()} for one in lines]
    content = f"{json.dumps(raw, indent=2)}\n".encode()
    if not path.is_file() or path.read_bytes() != content:
        write_private(path, content)
    return path


def read(directory: Path) -> tuple[Registered, ...]:
    """Read the register. LabError if it is missing or damaged."""
    path = register_file(directory)
    try:
        raw = json.loads(path.read_text())
        return tuple(
            Registered(one["identity"], one["serial"], one["host"], one["class"], one.get("inspected", ""))
            for one in raw
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabError(
            f"the asset register can't be read: {error}", where=str(path), fix="lab up --reconverge writes it anew"
        ) from error
