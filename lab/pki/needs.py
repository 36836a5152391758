"""Who needs which certificate: a pure reading of the plan's services and flows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lab.plan import Address, Host, Network, Plan

TLS_SERVERS = frozenset({"https", "syslog-tls"})
MUTUAL_TLS = frozenset({"syslog-tls"})  # applications whose clients show a certificate too


class Purpose(StrEnum):
    """What a certificate is good for. One never serves the other (CRY-05: a server's is refused as a client's)."""

    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Subject:
    """One certificate that the plan asks for."""

    host: str
    purpose: Purpose
    names: tuple[str, ...]  # the first is the common name
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What the issuing CA may name: its critical name constraints."""

    domain: str
    networks: tuple[Network, ...]


def subjects(plan: Plan) -> tuple[Subject, ...]:
    """Every certificate the plan asks for, in a stable order."""
    servers = {service.host for service in plan.services if service.application in TLS_SERVERS}
    clients = {flow.source for flow in plan.allowed if flow.application in MUTUAL_TLS}
    wanted = [(name, Purpose.SERVER) for name in servers] + [(name, Purpose.CLIENT) for name in clients]
    return tuple(_subject(plan.host(name), purpose) for name, purpose in sorted(wanted))


def scope(plan: Plan) -> Scope:
    """Find the domain that all names of the plan share, and every network of its segments."""
    labels = [name.split(".")[::-1] for host in plan.hosts for name in host.names]
    common: list[str] = []
    for column in zip(*labels, strict=False):
        if len(set(column)) > 1:
            break
        common.append(column[0])
    networks = {network for segment in plan.segments for network in segment.networks}
    return Scope(".".join(reversed(common)), tuple(sorted(networks, key=lambda net: (net.version, str(net)))))


def _subject(host: Host, purpose: Purpose) -> Subject:
    addresses = tuple(interface.ip for leg in host.legs for interface in leg.addresses)
    return Subject(host.name, purpose, host.names, addresses)
