"""Two zones, one firewall, made by hand: mn-term and mn-app | fw-mn | lg-term, with a log host on two segments."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from ipaddress import ip_address, ip_interface, ip_network

from lab.plan.functions import functions
from lab.plan.model import Family, Host, Kind, Leg, Plan, Route, Segment, Zone

NETWORKS = {"mn": ("10.10.0", "fd53:616e:736f:10"), "lg": ("10.20.0", "fd53:616e:736f:20")}


def leg(host: str, segment: str, number: int) -> Leg:
    four, six = NETWORKS[segment]
    digits = sha256(f"{host}/{segment}".encode()).digest()[:5]
    mac = ":".join(["02", *(f"{digit:02x}" for digit in digits)])
    return Leg(
        segment=segment, mac=mac, addresses=(ip_interface(f"{four}.{number}/24"), ip_interface(f"{six}::{number}/64"))
    )


def default(segment: str) -> tuple[Route, ...]:
    four, six = NETWORKS[segment]
    return (
        Route(destination=ip_network("0.0.0.0/0"), via=ip_address(f"{four}.1"), leg=segment),
        Route(destination=ip_network("::/0"), via=ip_address(f"{six}::1"), leg=segment),
    )


def endpoint(name: str, segment: str, number: int, resolver: str | None = None) -> Host:
    return Host(
        name=name,
        zone=segment,
        kind=Kind.ENDPOINT,
        roles=("base",),
        names=(f"{name}.{segment}.sanso.test",),
        legs=(leg(name, segment, number),),
        routes=default(segment),
        resolver=resolver,
        sysctls=functions().kernel(Kind.ENDPOINT, legs=1, ipv6=True),
    )


def small_plan(lab: str) -> Plan:
    firewall = Host(
        name="fw-mn",
        zone="firewall",
        kind=Kind.ROUTER,
        roles=("base", "firewall"),
        names=("fw-mn.firewall.sanso.test",),
        legs=(leg("fw-mn", "mn", 1), leg("fw-mn", "lg", 1)),
        routes=(),
        capabilities=("NET_ADMIN",),
        sysctls=functions().kernel(Kind.ROUTER, legs=2, ipv6=True),
    )
    log = Host(
        name="log",
        zone="mn",
        kind=Kind.ENDPOINT,
        roles=("base",),
        names=("log.mn.sanso.test",),
        legs=(leg("log", "mn", 30), leg("log", "lg", 30)),
        routes=(),
        sysctls=functions().kernel(Kind.ENDPOINT, legs=2, ipv6=True),
    )
    return Plan(
        lab=lab,
        scenario="small",
        edition="R8.3",
        model="alpha",
        as_of=date(2026, 1, 1),
        families=(Family.IPV4, Family.IPV6),
        zones=tuple(Zone(name=name, title=name, place=name) for name in NETWORKS),
        segments=tuple(
            Segment(name=name, zone=name, networks=(ip_network(f"{four}.0/24"), ip_network(f"{six}::/64")))
            for name, (four, six) in NETWORKS.items()
        ),
        hosts=(
            firewall,
            endpoint("mn-app", "mn", 10, resolver="mn-app"),
            endpoint("mn-term", "mn", 20, resolver="mn-app"),
            endpoint("lg-term", "lg", 20),
            log,
        ),
        services=(),
        allowed=(),
        controls_due=(),
    )
