"""Drift: what of a lab is no longer as it was made, by name. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lab.engine.client import Api
from lab.engine.comparison import against_plan, against_record
from lab.engine.fabric import fabric_drift
from lab.engine.listing import Listed, containers
from lab.engine.model import Drift, DriftKind, Images
from lab.engine.names import FABRIC, container_name
from lab.engine.state import Ask, HostState, by_exec, read_state
from lab.errors import LabError
from lab.plan import Host, Image, Plan

_THREADS = 8
_STATES = {"running": None, "paused": DriftKind.PAUSED}


def container_drift(plan: Plan, listed: Sequence[Listed], images: Images) -> list[Drift]:
    """Containers that are missing, not running, or made from another image than the lab's (kind -> id)."""
    by_name = {one.name: one for one in listed}
    told = []
    wanted = {FABRIC: Image.HOST} | {host.name: host.image for host in plan.hosts}
    for name, kind in wanted.items():
        one = by_name.get(container_name(plan.lab, name))
        if one is None:
            told.append(Drift(DriftKind.MISSING, name, "its container is not there"))
            continue
        if stands := _STATES.get(one.state, DriftKind.STOPPED):
            told.append(Drift(stands, name, f"its container is {one.state}"))
        if one.image != images[kind]:
            told.append(Drift(DriftKind.IMAGE, name, "its container was made from another image"))
    return told


def wiring_drift(client: Api, plan: Plan, images: Images) -> tuple[Drift, ...]:
    """Containers and wiring alone: one listing and one exec."""
    told = container_drift(plan, containers(client, plan.lab), images)
    if not any(drift.host == FABRIC for drift in told):
        told += fabric_drift(client, plan, container_name(plan.lab, FABRIC))
    return tuple(told)


def read_all(
    client: Api, plan: Plan, images: Images, ask: Ask | None = None
) -> tuple[list[Drift], dict[str, HostState]]:
    """Containers and wiring against the plan, and the state of every host that runs; all in parallel.

    `ask`: how hosts are asked (default: by execs of their own). It is called by several threads.
    """
    ask = ask or by_exec(client, plan.lab)
    told = container_drift(plan, containers(client, plan.lab), images)
    away = {drift.host for drift in told if drift.kind is not DriftKind.IMAGE}
    hosts = [host for host in plan.hosts if host.name not in away]

    def read(host: Host) -> HostState | Drift:
        try:
            return read_state(ask, host)
        except (LabError, TimeoutError) as error:
            return Drift(DriftKind.UNREADABLE, host.name, str(error))

    with ThreadPoolExecutor(_THREADS) as pool:
        fabric = None
        if FABRIC not in away:
            fabric = pool.submit(fabric_drift, client, plan, container_name(plan.lab, FABRIC))
        answers = dict(zip((host.name for host in hosts), pool.map(read, hosts), strict=True))
        if fabric is not None:
            told += [drift for drift in fabric.result() if drift.host not in away]
    told += [answer for answer in answers.values() if isinstance(answer, Drift)]
    return told, {name: answer for name, answer in answers.items() if isinstance(answer, HostState)}


def drift(
    client: Api, plan: Plan, images: Images, recorded: dict[str, Any] | None, ask: Ask | None = None
) -> tuple[Drift, ...]:
    """Everything that differs from the plan or from `recorded` (host -> state; None: nothing was recorded)."""
    told, states = read_all(client, plan, images, ask)
    if recorded is None:
        told.append(Drift(DriftKind.UNRECORDED, FABRIC, "no state of this lab was recorded", needs_converge=True))
    wired = {one.host for one in told if one.kind is DriftKind.WIRING}
    for name, state in states.items():
        host = plan.host(name)
        told += [one for one in against_plan(plan, host, state) if not (one.kind is DriftKind.WIRING and name in wired)]
        if recorded is not None:
            told += against_record(host, state, recorded.get(name))
    return tuple(told)
