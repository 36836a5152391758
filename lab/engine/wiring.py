"""Wiring: what the helper is told, and how the fabric looks when all is there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from lab.engine.client import Api
from lab.engine.helpers import Helper, run
from lab.engine.sysctls import BRIDGE_NF, as_path, host_sysctls
from lab.plan import Host, Kind, Plan
from lab.record.progress import Event, Progress

_PACKAGE = "lab.engine.helper"
CAPABILITIES = ("NET_ADMIN", "SYS_ADMIN")  # make links; enter the hosts' namespaces


def wire(
    client: Api,
    plan: Plan,
    image: str,
    fabric: str,
    namespaces: Mapping[str, str],
    progress: Progress,
    *,
    spared: str = "",
) -> None:
    """Wire the hosts of `namespaces` (host -> namespace file); what is right already stays as it is.

    Ports that the plan doesn't have are removed, but for those whose names begin with `spared`.
    """
    progress(Event("wire", plan.lab, "start", f"{len(namespaces)} hosts, {len(plan.segments)} segments"))
    helper = Helper(
        lab=plan.lab,
        image=image,
        fabric=fabric,
        argv=("python3", "-E", "-s", "-m", f"{_PACKAGE}.wire"),
        files=_programs(),
        capabilities=CAPABILITIES,
        namespaces=namespaces,
        sets_sysctls=True,
    )
    task = task_of(plan, (host for host in plan.hosts if host.name in namespaces), spared)
    answer = json.loads(run(client, helper, json.dumps(task).encode()))
    progress(Event("wire", plan.lab, "done", f"{answer['made']} links made, {answer['changed']} settings corrected"))


def task_of(plan: Plan, hosts: Iterable[Host], spared: str = "") -> dict[str, Any]:
    """What the wiring helper reads on its stdin."""
    return {
        "ports": sorted(expected_ports(plan)),
        "spared": spared,
        "segments": [segment.name for segment in plan.segments if not segment.tunnel],
        "fabric_sysctls": {as_path(key): value for key, value in BRIDGE_NF.items()},
        "hosts": [_host(host) for host in hosts],
    }


def expected_ports(plan: Plan) -> dict[str, str]:
    """Fabric port (HOST.SEGMENT) -> its bridge."""
    return {f"{host.name}.{leg.segment}": leg.segment for host in plan.hosts for leg in host.cables}


def _host(host: Host) -> dict[str, Any]:
    return {
        "name": host.name,
        "closed": closed_hooks(host),
        "sysctls": [[as_path(key), value] for key, value in host_sysctls(host).items()],
        "legs": [
            {
                "segment": leg.segment,
                "mac": leg.mac,
                "addresses": [str(address) for address in leg.addresses],
                "dynamic": leg.dynamic,
            }
            for leg in host.cables
        ],
        "tunnels": [*(leg.segment for leg in host.legs if leg.tunnel), *host.inner],
        "routes": [[str(route.destination), str(route.via), route.leg] for route in host.fixed_routes],
    }


def closed_hooks(host: Host) -> list[str]:
    """What must drop by policy before the host gets a link."""
    hooks = ["forward", "input"] if host.kind is Kind.ROUTER or host.sealed else []
    return [*hooks, "output"] if host.sealed else hooks


def _programs() -> dict[str, bytes]:
    """The helper's package, at the path where `python3 -m` finds it from the root folder."""
    folder = files(_PACKAGE)
    where = "/" + _PACKAGE.replace(".", "/")
    return {f"{where}/{entry.name}": entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".py")}
