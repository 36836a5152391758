"""A host's routes and policy rules against the plan's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_interface, ip_network

from lab.plan import Host
from lab.verdict.discovery.addresses import lent
from lab.verdict.discovery.model import Entry
from lab.verdict.flaw import Flaw

TUNNEL_RULE = 220  # priority and table of charon's own routes: what goes into a tunnel is looked up there first
TUNNEL_TABLES = {"main", str(TUNNEL_RULE)}
KERNELS_OWN = {(0, "local"), (32766, "main"), (32767, "default")}  # policy rules: priority, table


def strange_routes(host: Host, routes: Iterable[Entry]) -> Iterator[Flaw]:
    """Routes too many or too few."""
    tunnels = {leg.segment: leg for leg in host.legs if leg.tunnel}
    dynamic = {leg.segment for leg in host.legs if leg.dynamic}
    wanted = {(str(route.destination), str(route.via), route.leg, "main") for route in host.fixed_routes}
    told = {
        (str(route.destination), str(route.via), route.leg, "main") for route in host.routes if route.leg in dynamic
    }
    told |= {(str(one.network), "", leg.segment, "main") for leg in host.legs if leg.dynamic for one in leg.addresses}
    own = [(leg.segment, ip_interface(lent(leg, one))) for leg in host.cables for one in leg.addresses]
    connected = {(str(one.network), "", segment, "main") for segment, one in own}
    quiet = {("fe80::/64", "", leg.segment, "main") for leg in host.legs}
    seen = {
        (
            _network(one),
            str(one.get("gateway", "")),
            str(one.get("dev", one.get("type"))),
            str(one.get("table", "main")),
        )
        for one in routes
        if one.get("dev") not in host.inner
    }
    for to, via, name, _ in sorted((wanted | connected) - seen):
        yield Flaw(f"no route to {to} by {via or name}", f"{to} への経路（{via or name} 経由）がない")
    for to, via, name, table in sorted(seen - wanted - connected - quiet - told):
        if name in tunnels and not via and table in TUNNEL_TABLES and _planned(host, to, name):
            continue
        if name in dynamic and ip_network(to).version == 6 and via.startswith("fe80:"):  # noqa: PLR2004
            continue  # its router there, by the address that announcements come from
        where, where_ja = (f" in table {table}", f"、テーブル {table}") if table != "main" else ("", "")
        yield Flaw(
            f"a route to {to} by {via or name}{where}", f"構成図にない {to} への経路（{via or name} 経由{where_ja}）"
        )


def _planned(host: Host, to: str, tunnel: str) -> bool:
    """Whether the plan has a route into the tunnel that covers this one."""
    there = ip_network(to)
    return any(
        route.leg == tunnel and route.destination.version == there.version and there.subnet_of(route.destination)  # type: ignore[arg-type]
        for route in host.routes
    )


def strange_policies(host: Host, policies: Iterable[Entry]) -> Iterator[Flaw]:
    """Policy rules beside the kernel's own and a tunnel's."""
    tunnel = len(host.cables) < len(host.legs)
    for one in policies:
        if tunnel and one["priority"] == TUNNEL_RULE and str(one.get("table")) == str(TUNNEL_RULE):
            continue
        if (one["priority"], one.get("table")) not in KERNELS_OWN or one.get("src") != "all":
            number = one["priority"]
            yield Flaw(f"a policy rule of priority {number}", f"構成図にないポリシールール（優先度 {number}）")


def _network(route: Entry) -> str:
    if route["dst"] == "default":
        return "::/0" if route.get("pref") or ":" in route.get("gateway", "") else "0.0.0.0/0"
    return str(ip_network(route["dst"]))
