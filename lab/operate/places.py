"""Where a lab's keys and evidence live on the machine of the person who runs it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from lab.errors import BadInput
from lab.pki import state_directory

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def made_state_directory(lab: str) -> Path:
    """The user's private folder of one lab (keys, recorded archives), 0700. Made if it isn't there."""
    path = state_directory(lab)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def evidence_directory(lab: str, given: Path | None) -> Path:
    """Where a new bundle goes: `given`, or evidence/LAB-TIME (UTC). BadInput if it is there and not empty."""
    path = given or Path("evidence") / f"{lab}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise BadInput(f"{path} is there already and not an empty folder", fix="choose another --evidence folder")
    return path


def bundles(lab: str | None = None, root: Path = Path("evidence")) -> list[Path]:
    """Finished bundles below `root`, those of one lab or of all, the newest run first. Half-written ones are left out."""
    found: list[tuple[str, Path]] = []
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        try:
            run = json.loads((path / "run.json").read_bytes())
        except (OSError, ValueError):
            continue
        if (path / "MANIFEST.sha256").is_file() and isinstance(run, dict) and lab in (None, run.get("lab")):
            found.append((str(run.get("ended", "")), path))
    return [path for _, path in sorted(found, reverse=True)]


def check_name(name: str) -> str:
    """A lab's name becomes container names: letters, digits, dashes, at most 31."""
    if not NAME.fullmatch(name):
        raise BadInput(f"{name!r} can't be a lab's name", fix="use a-z, 0-9 and '-', a letter first, at most 31")
    return name
