"""What the plan means to the roles of the telework path: home router, VPN gateway and terminal."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from lab.errors import LabError
from lab.pki import Purpose, host_stem, issuing_stem, secret_stem, terminals
from lab.plan import AirHost, AllowedFlow, Host, Leg, Network, Plan, Window, clock, target

Variables = dict[str, Any]
IKE, RADIUS = "ike", "radius"
_LEASES = (100, 199)  # host numbers that are handed out to whoever comes


def home_router(plan: Plan, host: Host, _keys: Path) -> Variables:
    """The home is the segment whose terminals get their addresses here; the other leg is the line outside."""
    inside = next(leg for leg in host.legs if any(leg.segment == one.segment for one in _dynamic(plan)))
    outside = next(leg for leg in host.legs if leg is not inside)
    networks = next(one.networks for one in plan.segments if one.name == inside.segment)
    return {
        "host": host.name,
        "inside": inside.segment,
        "outside": outside.segment,
        "networks": [_range(network) for network in networks],
        "reservations": [
            {"mac": leg.mac, "addresses": [str(one.ip) for one in leg.addresses]}
            for leg in _dynamic(plan)
            if leg.segment == inside.segment
        ],
        "dns": [
            str(other.address(family)) for other in plan.hosts if "authority" in other.roles for family in plan.families
        ],
    }


def vpn_gateway(plan: Plan, host: Host, keys: Path) -> Variables:
    """It has no addresses of its own to give: RADIUS says whose which is."""
    entry, asked = _flow(plan, IKE, destination=host.name), _flow(plan, RADIUS, source=host.name)
    return {
        "host": host.name,
        "server_name": host.names[0],
        "outside": entry.to_leg or host.legs[0].segment,
        "radius_address": str(target(plan, asked, plan.families[0])),
        "radius_secret_file": f"{secret_stem(keys, host.name)}.conf",
        "syslog": "log_client" in host.roles,
        **_certificate(host, Purpose.SERVER, keys),
    }


def telework_terminal(plan: Plan, host: Host, keys: Path) -> Variables:
    """Its gateway is the one that it may send IKE to; its identity is the asset register's."""
    entry = _flow(plan, IKE, source=host.name)
    gateway = plan.host(entry.destination)
    asked = _flow(plan, RADIUS, source=gateway.name)
    return {
        "host": host.name,
        "identity": next(one.identity for one in terminals(plan) if one.host == host.name),
        "outside": next(leg.segment for leg in host.legs if leg.dynamic),
        "gateway_name": gateway.names[0],
        "gateway_addresses": [str(target(plan, entry, family)) for family in plan.families],
        "radius_name": plan.host(asked.destination).names[0],
        "families": [str(family) for family in plan.families],
        **_certificate(host, Purpose.TERMINAL, keys),
    }


def tunnel_addresses(plan: Plan) -> list[Variables]:
    """Whose which address in a tunnel is: what RADIUS tells the gateway with its decision."""
    return [
        {"identity": one.identity, "addresses": [str(address.ip) for address in leg.addresses]}
        for one in terminals(plan)
        for host in plan.hosts
        if host.name == one.host
        for leg in host.legs
        if leg.tunnel
    ]


def hours(plan: Plan, client: Host | AirHost) -> Variables:
    """When a VPN gateway takes which class, as variables of a RADIUS server's client; the networks in the office have no hours."""
    if isinstance(client, AirHost) or "vpn_gateway" not in client.roles or not plan.hours:
        return {}
    return {"hours": [{"class": class_, "times": login_time(windows)} for class_, windows in plan.hours.items()]}


def inspected(plan: Plan, client: Host | AirHost) -> Variables:
    """Of which classes a VPN gateway takes inspected terminals alone; nobody is asked for it in the office."""
    if isinstance(client, AirHost) or "vpn_gateway" not in client.roles or not plan.inspection:
        return {}
    return {"inspected": sorted(plan.inspection)}


def login_time(windows: Sequence[Window]) -> str:
    """Windows of the week as FreeRADIUS's Login-Time has them, the last minute being one of theirs: "MoTuWeThFr0830-1714"."""
    parts = (f"{''.join(one.days)}{clock(one.begin)}-{clock(one.end - 1)}" for one in windows)
    return ",".join(part.replace(":", "") for part in parts)


def _flow(plan: Plan, application: str, *, source: str | None = None, destination: str | None = None) -> AllowedFlow:
    for flow in plan.allowed:
        if (
            flow.application == application
            and source in (None, flow.source)
            and destination in (None, flow.destination)
        ):
            return flow
    raise LabError(f"no flow of the application {application} is allowed for {source or destination}")


def _dynamic(plan: Plan) -> list[Leg]:
    return [leg for host in plan.hosts for leg in host.legs if leg.dynamic]


def _range(network: Network) -> Variables:
    first, last = (str(network[number]) for number in _LEASES)
    if isinstance(network, IPv4Network):
        return {"family": "ipv4", "first": first, "last": last, "netmask": str(network.netmask)}
    return {"family": "ipv6", "first": first, "last": last, "netmask": str(network.prefixlen)}


def _certificate(host: Host, purpose: Purpose, keys: Path) -> Variables:
    stem = host_stem(keys, purpose, host.name)
    return {
        "certificate_file": f"{stem}.pem",
        "key_file": f"{stem}.key",
        "issuer_file": f"{issuing_stem(keys, purpose)}.pem",
        "ca_file": str(keys / "root.pem"),
    }
