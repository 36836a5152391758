"""Who needs which certificate: a pure reading of the plan's services and flows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric import ec

from lab.errors import LabError
from lab.plan import Address, AirHost, Host, Network, Plan

TLS_SERVERS = frozenset({"https", "syslog-tls", "radius", "ike"})  # radius: the server's side of EAP-TLS
SCREEN = "rdp"
DESKTOP = "desktop"  # the role of a host that shows its screen
TELEWORK = "telework_terminal"  # the role of a terminal that works from outside
CLASSES = ("mn", "lg", "in")  # of terminals
MUTUAL_TLS = frozenset({"syslog-tls"})  # applications whose clients show a certificate too


class Purpose(StrEnum):
    """What a certificate is good for. One never serves the other (CRY-05: a server's is refused as a client's)."""

    SERVER = "server"
    CLIENT = "client"
    TERMINAL = "terminal"  # a machine that comes from outside or over the air: its name is an identity, not a place


@dataclass(frozen=True, slots=True)
class Subject:
    """One certificate that the plan asks for."""

    host: str
    purpose: Purpose
    names: tuple[str, ...]  # the first is the common name; a terminal's only one is its identity
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Terminal:
    """One machine of the asset register, as the plan has it."""

    host: str
    identity: str  # "tele-01@sanso.test": common name and rfc822Name of its certificate
    class_: str  # "lg" | "mn" | "in": whose terminal it is


@dataclass(frozen=True, slots=True)
class Scope:
    """What the issuing CA may name: its critical name constraints."""

    domain: str
    networks: tuple[Network, ...]


def subjects(plan: Plan) -> tuple[Subject, ...]:
    """Every certificate the plan asks for, in a stable order."""
    servers = {service.host for service in plan.services if service.application in TLS_SERVERS}
    servers |= {host.name for host in plan.hosts if DESKTOP in host.roles}  # a gateway before it only hands TLS on
    clients = {flow.source for flow in plan.every_flow if flow.application in MUTUAL_TLS}
    wanted = [(name, Purpose.SERVER) for name in servers] + [(name, Purpose.CLIENT) for name in clients]
    machines = [Subject(one.host, Purpose.TERMINAL, (one.identity,), ()) for one in terminals(plan)]
    return (*(_subject(plan.on_air(name) or plan.host(name), purpose) for name, purpose in sorted(wanted)), *machines)


def curve(plan: Plan) -> ec.EllipticCurve:
    """Of every key: P-384 where a network of 192-bit mode takes the certificates (WLAN-19), else P-256.

    A chain of that mode is P-384 from the root down (RFC 5759, section 3.1), so it is the whole lab's.
    """
    strong = plan.air is not None and any(one.suite_b for one in plan.air.ssids)
    return ec.SECP384R1() if strong else ec.SECP256R1()


def terminals(plan: Plan) -> tuple[Terminal, ...]:
    """Every machine with an identity of its own, in the plan's order. LabError if its class can't be told."""
    known = [host for host in plan.hosts if TELEWORK in host.roles]
    stations = [host for host in (plan.air.hosts if plan.air else ()) if host.ssid and plan.place(host.zone) in CLASSES]
    domain = scope(plan).domain if known or stations else ""
    return (
        *(
            Terminal(host.name, f"tele-{number:02}@{domain}", _class(plan, host))
            for number, host in enumerate(known, 1)
        ),
        *(Terminal(host.name, f"{host.name}@{domain}", plan.place(host.zone)) for host in stations),
    )


def _class(plan: Plan, host: Host) -> str:
    """The place that its screen ends at: the way of its screen transfer is followed, hop by hop."""
    at = host.name
    for _ in plan.hosts:
        onward = [flow.destination for flow in plan.allowed if (flow.source, flow.application) == (at, SCREEN)]
        if not onward:
            break
        at = onward[0]
    place = plan.place(plan.host(at).zone)
    if place not in CLASSES:
        raise LabError(
            f"{host.name} is a terminal, but no screen transfer leads from it to a zone of class {', '.join(CLASSES)}",
            fix="a flow of the application rdp from it, or from the gateway behind it, says whose terminal it is",
        )
    return place


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


def _subject(host: Host | AirHost, purpose: Purpose) -> Subject:
    addresses = tuple(interface.ip for leg in host.legs for interface in leg.addresses)
    return Subject(host.name, purpose, host.names, addresses)
