"""What was found on the running network against its documents, the plan that diagrams and register are made from (OPS-16)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

from lab.plan import Host, Interface, Leg, Plan, partners
from lab.record import Warrant
from lab.verdict.beneath import interface_settings, steering
from lab.verdict.judgement import Judgement, failed, passed

Entry = dict[str, Any]  # as `ip -j` gives it

TUNNEL_RULE = 220  # priority and table of charon's own routes: what goes into a tunnel is looked up there first
TUNNEL_TABLES = {"main", str(TUNNEL_RULE)}
KERNELS_OWN = {(0, "local"), (32766, "main"), (32767, "default")}  # policy rules: priority, table
# put down into every namespace by the kernel where its modules are loaded
FALLBACK = {"tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"}
LOOPBACKS = {"127.0.0.1/8", "::1/128"}


@dataclass(frozen=True, slots=True)
class Discovered:
    """One host as it tells of itself."""

    links: tuple[Entry, ...]  # `ip -j -d address`
    routes: tuple[Entry, ...]  # of all tables but the kernel's own table `local`, both families
    policies: tuple[Entry, ...]
    neighbours: tuple[Entry, ...]
    resolv_conf: str
    hosts: str
    hostname: str
    queues: tuple[Entry, ...]  # `tc -j qdisc`
    settings: Mapping[str, str]  # "ipv6/LEG/accept_ra" -> value


@dataclass(frozen=True, slots=True)
class Fabric:
    """The fabric as its own kernel tells of it."""

    links: tuple[Entry, ...]  # `ip -j -d link`
    learned: tuple[Entry, ...]  # {"mac", "ifname"} of what frames came in by


def host_documented(plan: Plan, host: Host, found: Discovered) -> Judgement:
    """Whether a host is what the documents say: links, addresses, routes, neighbours, names, and nothing beside its rules."""
    wrong = [
        *_links(host, found.links), *_addresses(host, found.links), *_routes(host, found.routes),
        *_policies(host, found.policies), *_neighbours(plan, found.neighbours), *_names(plan, host, found),
        *steering(found.links, found.queues), *interface_settings(host, found.settings),
    ]  # fmt: skip
    if wrong:
        return _differs(host.name, wrong)
    legs = ", ".join(f"{leg.segment} {' '.join(str(one) for one in leg.addresses)}" for leg in host.legs)
    legs_ja = legs.replace(", ", "、")
    known = sum(1 for one in found.neighbours if "lladdr" in one)
    return passed(
        Warrant.INSPECTED,
        f"{host.name}: found as documented: {legs}; {len(host.routes)} routes, {known} neighbours, its own names",
        f"{host.name}：構成図どおりです：{legs_ja}。経路 {len(host.routes)} 件、隣接機器 {known} 台、自らの名前のみ",
    )


def segment_documented(plan: Plan, segment: str, fabric: Fabric, hosts: dict[str, Discovered]) -> Judgement:
    """Whether on a segment every planned host is plugged in where the documents say, and nothing else is."""
    links = {link["ifname"]: link for link in fabric.links}
    if _kind(links.get(segment)) != "bridge":
        return _differs(segment, ["there is no bridge for this segment"])
    legs = {host.name: leg for host in plan.hosts for leg in host.legs if leg.segment == segment}
    ends = {
        int(link["ifindex"]): (name, own["ifindex"])
        for name in legs
        if name in hosts
        for own in hosts[name].links
        if own["ifname"] == segment and (link := _far_end(own, fabric.links)) is not None
    }
    ports = [link for link in fabric.links if link.get("master") == segment]
    wrong = []
    for port in ports:
        name = str(port.get("ifalias") or port["ifname"])
        host, behind = ends.get(int(port["ifindex"]), ("", 0))
        if not host or port.get("link_index") != behind:
            wrong.append(f"port {name} leads to no host of the documents")
        elif port.get("ifalias") != f"{host}.{segment}":
            wrong.append(f"behind port {name} is {host}")
        else:
            wrong += _strangers(fabric, port, name, {legs[host].mac, *plan.behind(host, segment)})
    plugged = {ends[int(port["ifindex"])][0] for port in ports if int(port["ifindex"]) in ends}
    wrong += [f"{name} is not plugged in" for name in legs if name not in plugged]
    if wrong:
        return _differs(segment, wrong)
    return passed(
        Warrant.INSPECTED,
        f"{segment}: {len(ports)} ports, each with its host at both ends of the cable: {', '.join(legs)}; nothing else",
        f"{segment}：ポート {len(ports)} 個、両端とも構成図どおりの機器が接続され、他の接続はありません：{'、'.join(legs)}",
    )


def _differs(subject: str, wrong: Sequence[str]) -> Judgement:
    told = "; ".join(wrong)
    return failed(
        Warrant.INSPECTED,
        f"{subject}: the documents don't say what was found: {told}",
        f"{subject}：構成図と実際が異なります：{told}",
    )


def _links(host: Host, links: Iterable[Entry]) -> Iterator[str]:
    wanted = {leg.segment: leg.mac for leg in host.cables}
    tunnels = {leg.segment for leg in host.legs if leg.tunnel}
    seen = {link["ifname"]: link for link in links}
    for name, link in seen.items():
        tunnel = name in tunnels and _kind(link) == "tun"
        if name in host.inner and _kind(link) in ("bridge", "tun"):
            continue
        if name not in wanted and name != "lo" and not tunnel and not (name in FALLBACK and "UP" not in link["flags"]):
            yield f"an interface {name} ({_kind(link) or 'of unknown kind'}, MAC {link.get('address', '-')})"
    for name, mac in wanted.items():
        if name not in seen:
            yield f"no interface {name}"
        elif seen[name].get("address") != mac:
            yield f"{name} has MAC {seen[name].get('address')}, not {mac}"
        elif "LOWER_UP" not in seen[name]["flags"]:
            yield f"{name} is down"


def _addresses(host: Host, links: Iterable[Entry]) -> Iterator[str]:
    """A tunnel's address is there while the tunnel is: whether it is, other controls say."""
    wanted = {(leg.segment, _lent(leg, one)) for leg in host.cables for one in leg.addresses}
    passing = {(leg.segment, str(one)) for leg in host.legs if leg.tunnel for one in leg.addresses}
    tunnels = {leg.segment for leg in host.legs if leg.tunnel}
    seen = set()
    for link in (one for one in links if one["ifname"] not in host.inner):
        for entry in link.get("addr_info", ()):
            address = ip_interface(f"{entry['local']}/{entry['prefixlen']}")
            own = address.ip.is_link_local and (
                link["ifname"] in tunnels or _from_mac(str(link.get("address")), str(address.ip))
            )
            if not own and not (link["ifname"] == "lo" and str(address) in LOOPBACKS):
                seen.add((link["ifname"], str(address)))
    yield from (f"no address {address} on {name}" for name, address in sorted(wanted - seen))
    yield from (f"an address {address} on {name}" for name, address in sorted(seen - wanted - passing))


def _lent(leg: Leg, address: Interface) -> str:
    """An IPv6 address by DHCP comes without its network (RFC 8415): alone, as /128."""
    return f"{address.ip}/128" if leg.dynamic and address.version == 6 else str(address)  # noqa: PLR2004


def _routes(host: Host, routes: Iterable[Entry]) -> Iterator[str]:
    tunnels = {leg.segment: leg for leg in host.legs if leg.tunnel}
    dynamic = {leg.segment for leg in host.legs if leg.dynamic}
    wanted = {(str(route.destination), str(route.via), route.leg, "main") for route in host.fixed_routes}
    told = {
        (str(route.destination), str(route.via), route.leg, "main") for route in host.routes if route.leg in dynamic
    }
    told |= {(str(one.network), "", leg.segment, "main") for leg in host.legs if leg.dynamic for one in leg.addresses}
    own = [(leg.segment, ip_interface(_lent(leg, one))) for leg in host.cables for one in leg.addresses]
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
        yield f"no route to {to} by {via or name}"
    for to, via, name, table in sorted(seen - wanted - connected - quiet - told):
        if name in tunnels and not via and table in TUNNEL_TABLES and _planned(host, to, name):
            continue
        if name in dynamic and ip_network(to).version == 6 and via.startswith("fe80:"):  # noqa: PLR2004
            continue  # its router there, by the address that announcements come from
        yield f"a route to {to} by {via or name}" + (f" in table {table}" if table != "main" else "")


def _planned(host: Host, to: str, tunnel: str) -> bool:
    """Whether the plan has a route into the tunnel that covers this one."""
    there = ip_network(to)
    return any(
        route.leg == tunnel and route.destination.version == there.version and there.subnet_of(route.destination)  # type: ignore[arg-type]
        for route in host.routes
    )


def _policies(host: Host, policies: Iterable[Entry]) -> Iterator[str]:
    tunnel = len(host.cables) < len(host.legs)
    for one in policies:
        if tunnel and one["priority"] == TUNNEL_RULE and str(one.get("table")) == str(TUNNEL_RULE):
            continue
        if (one["priority"], one.get("table")) not in KERNELS_OWN or one.get("src") != "all":
            yield f"a policy rule of priority {one['priority']}"


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


def _neighbours(plan: Plan, neighbours: Iterable[Entry]) -> Iterator[str]:
    """Whoever was heard of must be in the documents, with the network card that they give."""
    cards, holders, guests = _documented(plan)
    for one in neighbours:
        mac, segment, address = str(one.get("lladdr", "")), one.get("dev", ""), one["dst"]
        if not mac or segment not in cards or mac in guests or ip_address(address).is_multicast:
            continue  # nobody answered; or another finding names the interface
        if mac not in cards[segment]:
            yield f"a neighbour {address} with the unknown MAC {mac} on {segment}"
        elif holders.get((segment, address), mac) != mac:
            yield f"the neighbour {address} on {segment} has the MAC of {cards[segment][mac]}"
        elif (segment, address) not in holders and not _from_mac(mac, address):
            yield f"{cards[segment][mac]} also answers for {address} on {segment}"


def _names(plan: Plan, host: Host, found: Discovered) -> Iterator[str]:
    """The lab's own names and resolvers: what the engine machine has must not show through."""
    if found.hostname != host.name:
        yield f"it calls itself {found.hostname!r}"
    asked = {address for word, address in _pairs(found.resolv_conf) if word == "nameserver"}
    resolver = plan.host(host.resolver) if host.resolver else None
    near = {leg.segment for leg in host.legs}
    legs = [leg for leg in resolver.legs if leg.segment in near] or resolver.legs[:1] if resolver else []
    wanted = {str(one.ip) for leg in legs for one in leg.addresses}
    yield from (f"/etc/resolv.conf asks {address}" for address in sorted(asked - wanted))
    yield from (f"/etc/resolv.conf doesn't ask {address}" for address in sorted(wanted - asked))
    yield from (
        f"/etc/resolv.conf searches {name}" for word, name in _pairs(found.resolv_conf) if word in ("search", "domain")
    )
    own = {str(one.ip) for leg in host.legs for one in leg.addresses}
    served = {address: set(one.names) for address, one in partners(plan, host)}
    for address, names in _hosts_file(found.hosts):
        known = (
            {"localhost"}
            if ip_address(address).is_loopback
            else {*host.names, host.name}
            if address in own
            else served.get(address, set())
        )
        if strange := sorted(set(names) - known):
            yield f"/etc/hosts gives {address} the name {', '.join(strange)}"


def _strangers(fabric: Fabric, port: Entry, name: str, known: Collection[str]) -> Iterator[str]:
    for entry in fabric.learned:
        if entry["ifname"] == port["ifname"] and entry["mac"] not in known:
            yield f"frames of {entry['mac']} came in at port {name}"


def _far_end(own: Entry, links: Iterable[Entry]) -> Entry | None:
    """The fabric's end of a host's cable: each end names the other's number, whatever names and aliases say."""
    return next(
        (
            link
            for link in links
            if link["ifindex"] == own.get("link_index") and link.get("link_index") == own["ifindex"]
        ),
        None,
    )


def _kind(link: Entry | None) -> str:
    return str((link or {}).get("linkinfo", {}).get("info_kind", ""))


def _network(route: Entry) -> str:
    if route["dst"] == "default":
        return "::/0" if route.get("pref") or ":" in route.get("gateway", "") else "0.0.0.0/0"
    return str(ip_network(route["dst"]))


def _from_mac(mac: str, address: str) -> bool:
    """Whether a link-local address is the one that the kernel makes of this MAC address (RFC 4291, appendix A)."""
    parts = mac.split(":")
    if len(parts) != 6 or not ip_address(address).is_link_local:  # noqa: PLR2004 - octets of a MAC address
        return False
    first = f"{int(parts[0], 16) ^ 2:02x}"
    made = f"fe80::{first}{parts[1]}:{parts[2]}ff:fe{parts[3]}:{parts[4]}{parts[5]}"
    return ip_address(made) == ip_address(address)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        yield from ((words[0], word) for word in words[1:])


def _hosts_file(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if words:
            yield words[0], words[1:]
