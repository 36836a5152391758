"""The network that a scenario describes: zones, segments and hosts, before any address is given out."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from lab.catalogue import Place

NETWORKS = Path(__file__).parent / "networks"
TRANSIT = "transit"
FIREWALL = "firewall"
ENDPOINT_FUNCTIONS = ("terminal", "server", "resolver", "peer", "log-store")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,14}$")]
Network = Annotated[IPv4Network | IPv6Network, PlainSerializer(str, return_type=str)]


class Frozen(BaseModel):
    """Immutable, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Zone(Frozen):
    """A zone: what it is for the guideline, and the firewall that owns its border."""

    title: str = ""
    place: str  # "mn", "lg", "in", "peer-1", ..., "other": what the catalogue's flow table calls it
    firewall: str | None = None  # None: on the management zone only


class Segment(Frozen):
    """One L2 domain."""

    zone: str  # a zone's name, or "transit" between two firewalls
    networks: tuple[Network, ...]  # at most one per family, IPv4 first


class Host(Frozen):
    """One host and its place on the segments."""

    zone: str  # "firewall" for firewalls
    function: str  # "terminal", "server", "resolver", "peer", "log-store", "firewall"
    legs: dict[str, int]  # segment -> host number, in both families


class Topology(Frozen):
    """All of it. Pure description: plan gives out addresses and routes."""

    domain: str
    zones: dict[str, Zone]
    segments: dict[str, Segment]
    hosts: dict[str, Host]

    def place(self, host: str) -> Place:
        """The host as the catalogue's flow table sees it."""
        here = self.hosts[host]
        if here.function == FIREWALL:
            return Place(zone=f"{FIREWALL}:{host}", place=FIREWALL, function=FIREWALL)
        return Place(zone=here.zone, place=self.zones[here.zone].place, function=here.function)


def reference_names() -> tuple[str, ...]:
    """Names of the base networks that a scenario can start from."""
    return tuple(sorted(file.stem for file in NETWORKS.glob("*.yaml")))


@cache
def reference(name: str) -> Topology:
    """The base network of that name (one of `reference_names`)."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (NETWORKS / f"{name}.yaml").read_text(encoding="utf-8")
    return Topology.model_validate(yaml.load(text, Loader=loader))  # noqa: S506 - a safe loader
