"""Attempts at a service as its clients make them."""

from __future__ import annotations

from ipaddress import ip_network

from lab.plan import Address, Family, Host, Plan, Protocol
from lab.record import Attempt


def to_service(
    plan: Plan, source: str, destination: str, protocol: Protocol, port: int, family: Family | None = None
) -> Attempt:
    """An attempt at the destination's first leg, in the plan's first family by default."""
    used = family or plan.families[0]
    return Attempt(
        source=source,
        destination=destination,
        address=str(plan.host(destination).address(used)),
        family=used,
        protocol=protocol,
        port=port,
    )


def literal(address: Address, port: int) -> str:
    """HOST:PORT as in a request line."""
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"  # noqa: PLR2004


def unused_public(plan: Plan, family: Family) -> Address | None:
    """An address on the Internet's side that nobody has; None where the plan has no Internet."""
    outside = [segment for segment in plan.segments if plan.place(segment.zone) == "internet"]
    version = 4 if family is Family.IPV4 else 6
    taken = {interface.ip for host in plan.hosts for leg in host.legs for interface in leg.addresses}
    for segment in reversed(outside):
        for network in segment.networks:
            if network.version == version:
                free = ip_network(network)[200]
                return None if free in taken else free
    return None


def two_legged(plan: Plan) -> tuple[Host, ...]:
    """Hosts that are no routers and have legs on several segments."""
    return tuple(host for host in plan.hosts if host.kind.value == "endpoint" and len(host.cables) > 1)
