"""Device files of the engine machine that hosts of a plan are given: asked for before anything is made."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lab.engine import disk
from lab.engine.client import Api
from lab.errors import LabError
from lab.plan import Plan

MAKES = {"/dev/net/tun": "sudo modprobe tun"}  # path -> what brings it


def absent(client: Api, paths: Iterable[str]) -> tuple[str, ...] | None:
    """Those of the device files that the engine machine hasn't got. None: it is another machine, which can't be looked at."""
    if client.base_url != disk.THIS_MACHINE:
        return None
    return tuple(path for path in sorted(set(paths)) if not Path(path).is_char_device())


def require_devices(client: Api, plan: Plan) -> None:
    """Raise LabError naming a device file that is missing, the hosts that need it, and the command that brings it."""
    for path in absent(client, (path for host in plan.hosts for path in host.devices)) or ():
        hosts = ", ".join(host.name for host in plan.hosts if path in host.devices)
        raise LabError(
            f"this machine has no {path}, which {hosts} cannot do without: nothing was built",
            fix=f"{MAKES.get(path, 'see `lab doctor`')}, or leave out the paths that need it",
        )
