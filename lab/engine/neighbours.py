"""Room in the kernel's neighbour tables, which all namespaces of the engine machine share: a large network fills them.

A table that is full drops what needs a new entry (`neighbour: ndisc_cache: neighbor table overflow!` in the kernel's log), and
a packet that a check sends is then never seen leaving its host.
"""

from __future__ import annotations

from pathlib import Path

from lab.engine import disk
from lab.engine.client import Api
from lab.plan import Family, Plan

TABLES = Path("/proc/sys/net")
PER_HOST = 6  # entries in each family's table; 120 hosts had room in the default of 1024, 200 had not
_NAMES = {Family.IPV4: "ipv4", Family.IPV6: "ipv6"}


def narrow(client: Api, plan: Plan) -> str:
    """What to tell somebody whose network has more hosts than these tables are good for; "" otherwise."""
    if client.base_url != disk.THIS_MACHINE:
        return ""
    needed = PER_HOST * len(plan.hosts)
    limits = {family: _limit(_NAMES[family]) for family in plan.families}
    small = [_NAMES[family] for family, limit in limits.items() if limit is not None and limit < needed]
    if not small:
        return ""
    room = 1 << (2 * needed - 1).bit_length()  # twice as much, as the power of two above
    settings = " ".join(f"net.{name}.neigh.default.gc_thresh3={room}" for name in small)
    least = min(limit for limit in limits.values() if limit is not None)
    return (
        f"{len(plan.hosts)} hosts may need more neighbours than the {least} that this machine's kernel keeps for all of them; "
        f"checks may end in errors (never in passes): sudo sysctl -w {settings}"
    )


def _limit(name: str) -> int | None:
    try:
        return int((TABLES / name / "neigh/default/gc_thresh3").read_text())
    except (OSError, ValueError):
        return None
