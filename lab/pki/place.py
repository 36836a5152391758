"""Where a lab's keys live on the user's machine, unless the caller says otherwise."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_state_path


def state_directory(lab: str) -> Path:
    """`$SANSO_STATE/<lab>`, else `<lab>` in the user's state folder (XDG_STATE_HOME). Nothing is created."""
    root = os.environ.get("SANSO_STATE")
    return (Path(root) if root else user_state_path("sanso-lab")) / lab
