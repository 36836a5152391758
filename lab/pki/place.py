"""Where a lab's keys live on the user's machine, unless the caller says otherwise."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_state_path


def state_directory(lab: str) -> Path:
    """Return the lab's folder among the user's state files (XDG_STATE_HOME on Linux). Nothing is created."""
    return user_state_path("sanso-lab") / lab
