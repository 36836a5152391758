"""Whom a host knows: its neighbours' cards, and the names that it goes by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from lab.plan import Host, Plan, partners
from lab.verdict.discovery.model import Discovered, Entry, from_mac, hosts_file, pairs
from lab.verdict.flaw import Flaw


def _documented(plan: Plan) -> tuple[dict[str, dict[str, str]], dict[tuple[str, str], str], set[str]]:
    """Network cards by segment (MAC -> host), holders of addresses, and strangers that the suites let in for a moment."""
    cards: dict[str, dict[str, str]] = {}
    holders: dict[tuple[str, str], str] = {}  # (segment, address) -> MAC
    on_air = plan.air.hosts if plan.air else ()
    for host in plan.everybody:
        for leg in host.legs:
            if not leg.tunnel:
                cards.setdefault(leg.segment, {})[leg.mac] = host.name
            holders.update({(leg.segment, str(one.ip)): leg.mac for one in leg.addresses})
    return cards, holders, {one.mac for one in on_air if not one.legs}


def strange_neighbours(plan: Plan, neighbours: Iterable[Entry]) -> Iterator[Flaw]:
    """Whoever was heard of must be in the documents, with the network card that they give."""
    cards, holders, guests = _documented(plan)
    for one in neighbours:
        mac, segment, address = str(one.get("lladdr", "")), one.get("dev", ""), one["dst"]
        if not mac or segment not in cards or mac in guests or ip_address(address).is_multicast:
            continue  # nobody answered; or another finding names the interface
        if mac not in cards[segment]:
            yield Flaw(
                f"a neighbour {address} with the unknown MAC {mac} on {segment}",
                f"{segment} に構成図にないMACアドレス {mac} の隣接機器 {address}",
            )
        elif holders.get((segment, address), mac) != mac:
            yield Flaw(
                f"the neighbour {address} on {segment} has the MAC of {cards[segment][mac]}",
                f"{segment} の隣接機器 {address} が {cards[segment][mac]} のMACアドレスを持つ",
            )
        elif (segment, address) not in holders and not from_mac(mac, address):
            yield Flaw(
                f"{cards[segment][mac]} also answers for {address} on {segment}",
                f"{cards[segment][mac]} が {segment} で {address} にも応答する",
            )


def strange_names(plan: Plan, host: Host, found: Discovered) -> Iterator[Flaw]:
    """The lab's own names and resolvers: what the engine machine has must not show through."""
    if found.hostname != host.name:
        yield Flaw(f"it calls itself {found.hostname!r}", f"ホスト名が {found.hostname!r}")
    asked = {address for word, address in pairs(found.resolv_conf) if word == "nameserver"}
    resolver = plan.host(host.resolver) if host.resolver else None
    near = {leg.segment for leg in host.legs}
    legs = [leg for leg in resolver.legs if leg.segment in near] or resolver.legs[:1] if resolver else []
    wanted = {str(one.ip) for leg in legs for one in leg.addresses}
    for address in sorted(asked - wanted):
        yield Flaw(f"/etc/resolv.conf asks {address}", f"/etc/resolv.conf に構成図にない問合せ先 {address}")
    for address in sorted(wanted - asked):
        yield Flaw(f"/etc/resolv.conf doesn't ask {address}", f"/etc/resolv.conf に問合せ先 {address} がない")
    for word, name in pairs(found.resolv_conf):
        if word in ("search", "domain"):
            yield Flaw(f"/etc/resolv.conf searches {name}", f"/etc/resolv.conf に検索ドメイン {name}")
    own = {str(one.ip) for leg in host.legs for one in leg.addresses}
    served = {address: set(one.names) for address, one in partners(plan, host)}
    for address, names in hosts_file(found.hosts):
        known = (
            {"localhost"}
            if ip_address(address).is_loopback
            else {*host.names, host.name}
            if address in own
            else served.get(address, set())
        )
        if strange := sorted(set(names) - known):
            yield Flaw(
                f"/etc/hosts gives {address} the name {', '.join(strange)}",
                f"/etc/hosts で {address} に構成図にない名前 {'、'.join(strange)}",
            )
