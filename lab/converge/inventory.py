"""A running lab as Ansible sees it: hosts, their groups and their variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.converge.overlays import laid_over
from lab.converge.variables import variables
from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.pki import state_directory
from lab.plan import Host, Kind

KIND_GROUPS = {Kind.ROUTER: "routers", Kind.ENDPOINT: "endpoints", Kind.BRIDGE: "bridges"}


@dataclass(frozen=True, slots=True)
class InventoryHost:
    """One host."""

    name: str
    groups: tuple[str, ...]
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Inventory:
    """All hosts, in the plan's order, and what they share."""

    hosts: tuple[InventoryHost, ...]
    groups: tuple[str, ...]
    variables: dict[str, Any]


def read(lab: Lab, keys: Path | None = None) -> Inventory:
    """Return the inventory of a running lab. `keys`: the folder of its PKI (default: where `lab up` keeps it)."""
    folder = keys or state_directory(lab.plan.lab) / "pki"
    hosts = tuple(_host(lab, host, folder) for host in lab.plan.hosts)
    groups = tuple(dict.fromkeys(group for host in hosts for group in host.groups))
    return Inventory(hosts, groups, {"ansible_connection": "sanso"})


def the_only_lab(engine: Engine) -> str:
    """Return the name of the lab that runs, if there is just one. LabError otherwise."""
    names = [summary.name for summary in engine.labs()]
    if len(names) == 1:
        return names[0]
    found = f"several labs run here: {', '.join(names)}" if names else "no lab runs here"
    raise LabError(found, fix="say which one: SANSO_LAB=NAME" if names else "lab up")


def _host(lab: Lab, host: Host, keys: Path) -> InventoryHost:
    groups = (*host.roles, f"zone_{host.zone.replace('-', '_')}", KIND_GROUPS[host.kind])
    own: dict[str, Any] = {"sanso_container": lab.container(host.name)}
    if overlays := laid_over(lab.plan, host):
        own["sanso_overlays"] = overlays
    return InventoryHost(host.name, groups, own | variables(lab.plan, host, keys))
