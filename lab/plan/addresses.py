"""Names, addresses and MACs: functions of host, segment and number alone, so that they never move."""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv4Network, ip_interface, ip_network

from lab.plan.model import Interface, Leg, Network
from lab.scenario import ROUTERS, Topology

INNER = tuple(ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))


def mac(host: str, segment: str) -> str:
    """Make the locally administered address of a host on a segment."""
    digest = sha256(f"{host}/{segment}".encode()).digest()[:5]
    return ":".join(["02", *(f"{byte:02x}" for byte in digest)])


def interface(network: Network, number: int) -> Interface:
    """Make the address of host `number`; in IPv6 the host part shows the same decimal digits."""
    digits = number if isinstance(network, IPv4Network) else int(str(number), 16)
    return ip_interface(f"{network[digits]}/{network.prefixlen}")


def names(host: str, zone: str, domain: str) -> tuple[str, ...]:
    """DNS names, the canonical one first."""
    return (f"{host}.{zone}.{domain}",)


def legs(host: str, topology: Topology, *, ipv6: bool) -> tuple[Leg, ...]:
    """Give the host its interfaces in the order of the description."""
    return tuple(
        _leg(host, segment, number, topology, ipv6=ipv6) for segment, number in topology.hosts[host].legs.items()
    )


def _leg(host: str, segment: str, number: int, topology: Topology, *, ipv6: bool) -> Leg:
    here = topology.segments[segment]
    addresses = [interface(network, number) for network in networks(topology, segment, ipv6=ipv6)] if number else []
    return Leg(
        segment=segment,
        mac="" if here.tunnel else mac(host, segment),
        addresses=tuple(ip_interface(one.ip) if here.tunnel else one for one in addresses),
        tunnel=here.tunnel,
        dynamic=here.dynamic and topology.hosts[host].function not in ROUTERS,
    )


def private(network: Network) -> bool:
    """Whether the Internet knows no way to it (RFC 1918, RFC 4193); the documentation prefixes stand for public ones."""
    return any(network.version == inner.version and inner.supernet_of(network) for inner in INNER)  # type: ignore[arg-type]


def networks(topology: Topology, segment: str, *, ipv6: bool) -> tuple[Network, ...]:
    """List the segment's networks of the families in use, IPv4 first."""
    chosen = [network for network in topology.segments[segment].networks if ipv6 or network.version == 4]  # noqa: PLR2004
    return tuple(sorted(chosen, key=lambda network: network.version))
