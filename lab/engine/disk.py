"""Room on the engine's disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab.engine.client import Api
from lab.errors import LabError

LEAST = 2 << 30  # bytes
_GIB = 1 << 30
THIS_MACHINE = "http+docker://localhost"  # how the SDK calls a Unix socket


def free_bytes(client: Api) -> int | None:
    """Free bytes where the engine keeps its images; None when that is another machine's disk."""
    if client.base_url != THIS_MACHINE:
        return None
    root = Path(client.info()["DockerRootDir"])
    for folder in (root, *root.parents):  # the folder itself may not be open to this user
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            continue
    return None


def require_room(client: Api) -> None:
    """LabError when less than 2 GiB are free."""
    free = free_bytes(client)
    if free is not None and free < LEAST:
        raise LabError(f"the engine's disk is nearly full: {spell(free)} free, {spell(LEAST)} needed", fix=FIX)


def spell(size: int) -> str:
    """GiB for people."""
    return f"{size / _GIB:.1f} GiB"


FIX = "docker system df shows what takes the room; docker image prune frees some"
