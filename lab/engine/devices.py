"""What hosts of a plan are given of the engine machine: device files and memory, asked for before anything is made."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lab.engine import disk
from lab.engine.client import Api
from lab.errors import LabError
from lab.plan import Host, Plan
from lab.plan.functions import functions

MAKES = {"/dev/net/tun": "sudo modprobe tun"}  # path -> what brings it

PROCESSOR, MEMORY = Path("/proc/cpuinfo"), Path("/proc/meminfo")
_RUNS_GUESTS = {"vmx", "svm"}  # Intel's and AMD's word for a processor that runs guests


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


def accelerators(client: Api, host: Host) -> tuple[str, ...]:
    """Of the device files that spare this host an emulation, those that the engine machine has and its processor backs.

    A /dev/kvm without such a processor is itself emulated: a guest's kernel doesn't start on it.
    """
    gone = absent(client, host.accelerators)
    if gone is None or not runs_guests():
        return ()
    return tuple(path for path in host.accelerators if path not in gone)


def runs_guests() -> bool:
    """Whether this machine's processor says that it runs guests."""
    try:
        lines = PROCESSOR.read_text().splitlines()
    except OSError:
        return False
    return any(_RUNS_GUESTS & set(line.split()) for line in lines if line.startswith("flags"))


def require_memory(client: Api, plan: Plan, instead_of: Plan | None = None) -> None:
    """Raise LabError, naming host and size, when hosts that need much memory can't get it on the engine machine.

    `instead_of`: a running lab's plan, whose hosts go before.
    """
    wanted, free = _much(plan), free_memory(client)
    given_back = sum(_much(instead_of).values()) if instead_of is not None else 0
    if free is not None and free < sum(wanted.values()) - given_back << 20:
        hosts = ", ".join(f"{host} {size} MiB" for host, size in wanted.items() if size)
        raise LabError(
            f"this machine has {free >> 20} MiB of memory left: {hosts} cannot start, nothing was built",
            fix="end what isn't needed (`free -h`, `lab status`), or leave out the paths that need it",
        )


def _much(plan: Plan) -> dict[str, int]:
    """Host -> MiB that it can't start without, where that is much."""
    table = functions().memory
    return {host.name: max((table.get(role, 0) for role in host.roles), default=0) for host in plan.hosts}


def free_memory(client: Api) -> int | None:
    """Bytes that programs can still get on the engine machine. None: it is another machine, or doesn't tell."""
    if client.base_url != disk.THIS_MACHINE:
        return None
    try:
        lines = dict(line.split(":", 1) for line in MEMORY.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) << 10
    except (OSError, KeyError, ValueError):
        return None
