"""What a lab's containers are created with: no Docker network, no privilege but the plan's few capabilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from lab.engine.client import Api
from lab.engine.devices import accelerators
from lab.engine.identity import identity
from lab.engine.model import Images
from lab.engine.names import FABRIC, Kind, container_name, labels
from lab.engine.sysctls import BRIDGE_NF, FABRIC_SYSCTLS, host_sysctls
from lab.plan import Host, Plan

_PIDS = 512
# two: when one is full and the next is begun, what was said just before is still there
_LOG = {"type": "json-file", "config": {"max-size": "1m", "max-file": "2"}}


def isolation(client: Api, **more: object) -> dict[str, Any]:
    """Host configuration that every container of a lab shares; `more` adds to it."""
    settings: dict[str, Any] = {
        "network_mode": "none",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "restart_policy": {"Name": "no"},
        "pids_limit": _PIDS,
        "log_config": _LOG,
    }
    return dict(client.create_host_config(**{**settings, **more}))


def create_host(client: Api, plan: Plan, host: Host, images: Images, *, files: int = 0) -> str:
    """Create (not start) the container of `host`; its id. `files`: bytes of the tar that its init will be sent."""
    image = images[host.image]
    own = identity(plan, host)
    answer = client.create_container(
        image=image,
        name=container_name(plan.lab, host.name),
        hostname=host.name,
        entrypoint=["/usr/lib/sanso/init"],
        command=list(own.arguments()),
        labels=labels(plan.lab, Kind.HOST, host=host.name, digest=host_digest(plan, host, image)),
        use_config_proxy=False,
        network_disabled=True,  # docs/decisions/0018-the-engine-makes-no-network.md
        environment=environment(host) | ({"SANSO_FILES": str(files)} if files else {}),
        stdin_open=bool(files),  # closed when the one client that attached goes
        host_config=isolation(
            client,
            cap_add=list(host.capabilities),
            devices=[f"{path}:{path}:rw" for path in (*host.devices, *accelerators(client, host))],
            init=True,
            sysctls=host_sysctls(host),
            tmpfs={"/run": "rw,nosuid,nodev,mode=755,size=16m"},
        ),
    )
    return str(answer["Id"])


def environment(host: Host) -> dict[str, str]:
    """What the host's init is told beside its names."""
    return {"SANSO_SEALED": "1"} if host.sealed else {}


def create_fabric(client: Api, plan: Plan, image: str, *, bridge_nf: bool) -> str:
    """Create (not start) the container that owns the bridges; its id. It holds no capability and does nothing."""
    answer = client.create_container(
        image=image,
        name=container_name(plan.lab, FABRIC),
        hostname=FABRIC,
        entrypoint=["sleep"],
        command=["infinity"],
        labels=labels(plan.lab, Kind.FABRIC, digest=plan.digest()),
        use_config_proxy=False,
        network_disabled=True,  # docs/decisions/0018-the-engine-makes-no-network.md
        host_config=isolation(
            client,
            init=True,
            sysctls=FABRIC_SYSCTLS | (BRIDGE_NF if bridge_nf else {}),
        ),
    )
    return str(answer["Id"])


def create_helper(
    client: Api,
    lab: str,
    image: str,
    fabric: str,
    kind: Kind,
    argv: Iterable[str],
    *,
    capabilities: Iterable[str] = (),
    namespaces: Mapping[str, str] = {},
    sets_sysctls: bool = False,
    logged: bool = True,
    devices: Iterable[str] = (),
) -> str:
    """Create a container in the fabric's namespace that goes away when it ends; its id.

    `namespaces`: host -> its namespace file on the engine machine, bound read-only at /netns/<host>: the helper sees these
    namespaces and no others. `sets_sysctls`: /proc/sys is writable, for the namespaces that it enters. `logged`: the engine
    keeps the end of its output, not only those who are attached get it. `devices`: device files of the engine machine.
    """
    settings = isolation(
        client,
        network_mode=f"container:{fabric}",
        cap_add=sorted(capabilities),
        auto_remove=True,
        binds=[f"{path}:/netns/{host}:ro" for host, path in sorted(namespaces.items())],
        devices=[f"{path}:{path}" for path in devices],
        **({} if logged else {"log_config": {"type": "none"}}),
    )
    if sets_sysctls:
        settings["ReadonlyPaths"] = []
    answer = client.create_container(
        image=image,
        entrypoint=list(argv)[:1],
        command=list(argv)[1:],
        stdin_open=True,
        detach=False,
        labels=labels(lab, kind),
        use_config_proxy=False,
        host_config=settings,
    )
    return str(answer["Id"])


def host_digest(plan: Plan, host: Host, image: str) -> str:
    """Digest of all that the container of `host` was made from: another digest needs another container."""
    own = identity(plan, host)
    rights = (sorted(host.capabilities), sorted(host.devices), host_sysctls(host), environment(host))
    parts = (image, host.name, own.resolv_conf, own.hosts, *map(str, rights))
    return sha256("\0".join(parts).encode()).hexdigest()
