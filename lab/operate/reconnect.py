"""After a firewall lost its state: the log senders behind it open their connections anew.

Its rules reset a connection that they see from the middle on, and what a sender wrote into it just before is gone: syslog
over TCP has no receipt of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from lab.engine import Drift, DriftKind, Engine, Lab
from lab.errors import LabError
from lab.plan import Kind
from lab.reach import open_channel
from lab.record.progress import Event, Progress

ROLE, SERVICE = "log_client", "rsyslog"
_FORGETFUL = {  # after these a host has a new namespace, and so an empty state table
    DriftKind.FOREIGN,
    DriftKind.IMAGE,
    DriftKind.MISSING,
    DriftKind.RESTARTED,
    DriftKind.STOPPED,
    DriftKind.UNREADABLE,
}
_PATIENCE = 20.0  # seconds


def reconnect(engine: Engine, lab: Lab, drifts: Sequence[Drift], progress: Progress) -> None:
    """Restart the log senders if a router was started anew; nothing otherwise. Raises LabError naming the host."""
    routers = {host.name for host in lab.plan.hosts if host.kind is Kind.ROUTER}
    if not any(drift.host in routers and drift.kind in _FORGETFUL for drift in drifts):
        return
    senders = [host.name for host in lab.plan.hosts if ROLE in host.roles]
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda name: _restart(engine, lab, name), senders))
    progress(Event("repair", "log senders", "done", f"connected anew: {len(senders)} hosts"))


def _restart(engine: Engine, lab: Lab, name: str) -> None:
    channel = open_channel(engine, lab, name)
    try:
        done = channel.run(["/usr/lib/sanso/service", "restart", SERVICE], timeout=_PATIENCE)
    finally:
        channel.close()
    if done.rc:
        raise LabError(f"{name}: {SERVICE} did not start again: {done.stderr.decode().strip()}", fix="lab up --fresh")
