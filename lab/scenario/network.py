"""The base network with a scenario's zones and hosts added and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Network, ip_network

from lab.catalogue import Catalogue
from lab.scenario.file import NewHost, NewZone, ScenarioFile
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.removal import Removal
from lab.scenario.terminals import POOL_PLACE, TELEWORK, Terminals
from lab.scenario.topology import (
    FIREWALL,
    PEER_PLACES,
    TRANSIT,
    Host,
    Network,
    Segment,
    Topology,
    Zone,
)

RESERVED_ZONES = frozenset({"all", "default", "lo", FIREWALL, TRANSIT})  # names of kernel and plan
RESERVED_HOSTS = frozenset(  # names of the lab's own parts and of groups of hosts
    {
        "all",
        "authority",
        "base",
        "carrier",
        "endpoints",
        "fabric",
        "firewall",
        "helper",
        "localhost",
        "lock",
        "prober",
        "proxy",
    }
    | {"bridges", "resolver", "routers", "ssh", "ungrouped"}
)
MANAGEMENT = "mgmt"
PLACES = ("mn", "lg", "in", "backup", "other", *sorted(PEER_PLACES))  # what can be added; the catalogue knows more
BACKUP_PLACE, BACKUP_FUNCTION = "backup", "backup-store"
USABLE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "2001:db8::/32",
    )
)
WIDEST_HOST_PART = {4: 24, 6: 64}  # family -> longest prefix that still has room for host number 254 as it is written


class Merge:
    """One base network being changed; what can't be done becomes a problem at its place."""

    def __init__(self, base: Topology, file: ScenarioFile, catalogue: Catalogue, problems: Problems) -> None:
        self._file, self._catalogue, self._problems = file, catalogue, problems
        removal = Removal(base, problems, telework=bool(file.paths.telework))
        self._base = removal.without(file.zones.remove, file.hosts.remove)  # first: names become free
        self._zones, self._segments = dict(self._base.zones), dict(self._base.segments)
        self._hosts = dict(self._base.hosts)
        self._terminals = Terminals(file, catalogue, self._zones, problems)

    def topology(self) -> Topology:
        """Add what the scenario adds."""
        self._own_pool()
        for name, zone in self._file.zones.add.items():
            self._add_zone(name, zone)
        for name, host in self._file.hosts.add.items():
            self._add_host(name, host)
        return self._base.model_copy(
            update={
                "zones": self._zones,
                "segments": self._segments,
                "hosts": self._hosts,
            }
        )

    def _add_zone(self, name: str, zone: NewZone) -> None:
        at = ("zones", "add", name)
        if name in RESERVED_ZONES or name in self._zones or name in self._segments:
            self._problems.add(at, f"the zone name {shown(name)} is taken", "choose another name", on_key=True)
            return
        if zone.place not in PLACES:
            self._problems.add(
                (*at, "place"), f"unknown place {shown(zone.place)}", nearest(zone.place, PLACES, what="places")
            )
        firewalls = [key for key, host in self._hosts.items() if host.function == FIREWALL]
        if zone.firewall not in firewalls:
            self._problems.add(
                (*at, "firewall"),
                f"unknown firewall {shown(zone.firewall)}",
                nearest(zone.firewall, firewalls, what="firewalls"),
            )
        networks = self._networks(("zones", "add", name, "networks"), name, zone.networks)
        self._zones[name] = Zone(title=zone.title, place=zone.place, firewall=zone.firewall)
        self._segments[name] = Segment(zone=name, networks=tuple(sorted(networks, key=lambda net: net.version)))
        if zone.firewall in firewalls:
            owner = self._hosts[zone.firewall]
            self._hosts[zone.firewall] = owner.model_copy(update={"legs": {**owner.legs, name: 1}})

    def _own_pool(self) -> None:
        """The scenario's own prefixes for the addresses in the tunnel."""
        at, wanted = ("vpn", "pool"), self._file.vpn.pool
        if wanted is None:
            return
        tunnel = next((name for name, segment in self._segments.items() if segment.tunnel), None)
        if tunnel is None:
            self._problems.add(
                at, "there is no VPN that could have a pool", "add `paths: {telework: [lg]}`, or remove `vpn`"
            )
            return
        networks = tuple(sorted(self._networks(at, tunnel, wanted), key=lambda net: net.version))
        self._segments[tunnel] = self._segments[tunnel].model_copy(update={"networks": networks})

    def _networks(self, where: tuple[str | int, ...], name: str, texts: Sequence[str]) -> list[Network]:
        """Prefixes of the segment `name`, which nobody else has."""
        found: list[Network] = []
        for index, text in enumerate(texts):
            at = (*where, index)
            network = self._network(at, text)
            if network is None:
                continue
            if any(network.version == other.version for other in found):
                self._problems.add(at, f"a second IPv{network.version} prefix", "one prefix per family")
                continue
            for other, segment in self._segments.items():
                if other != name and any(_overlap(network, taken) for taken in segment.networks):
                    self._problems.add(at, self._shared(network, name, other), "choose a prefix that nobody has")
            found.append(network)
        needed = {4: "IPv4", 6: "IPv6"} if self._file.ipv6 else {4: "IPv4"}
        missing = [label for version, label in needed.items() if version not in {net.version for net in found}]
        if missing and len(found) == len(texts):
            fix = "add one, or switch IPv6 off (`ipv6: off`)" if missing == ["IPv6"] else "add one"
            self._problems.add(where, f"no {' and no '.join(missing)} prefix", fix)
        return found

    def _shared(self, network: Network, name: str, other: str) -> str:
        """Two segments with the same addresses. With the VPN's pool, a border could not tell a terminal from a neighbour."""
        taken, mine = self._segments[other], self._segments.get(name)
        if not (taken.tunnel or (mine is not None and mine.tunnel)):
            return f"{network} overlaps segment {other} ({_list(taken)})"
        within = any(_within(network, one) for one in taken.networks)
        how = "is inside" if within else "overlaps"
        return f"VPN-11: {network} {how} segment {other} ({_list(taken)}): the VPN's pool is a zone of its own"

    def _network(self, at: tuple[str | int, ...], text: str) -> Network | None:
        try:
            network = ip_network(text)
        except ValueError as error:
            self._problems.add(
                at, f"{shown(text)} is not a prefix: {error}", "e.g. 10.11.2.0/24 or fd53:616e:736f:12::/64"
            )
            return None
        if "/" not in text or network.prefixlen > WIDEST_HOST_PART[network.version]:
            self._problems.add(
                at,
                f"{shown(text)} has no room for the host numbers up to 254",
                "write /24 or wider for IPv4, /64 or wider for IPv6",
            )
            return None
        if not any(_within(network, usable) for usable in USABLE):
            self._problems.add(
                at, f"{network} is not an address range for a lab", f"use a prefix of {', '.join(map(str, USABLE))}"
            )
            return None
        return network

    def _add_host(self, name: str, host: NewHost) -> None:
        at = ("hosts", "add", name)
        if name in RESERVED_HOSTS or name in self._hosts:
            self._problems.add(at, f"the host name {shown(name)} is taken", "choose another name", on_key=True)
            return
        zone = self._zones.get(host.zone)
        if zone is None:
            self._problems.add(
                (*at, "zone"), f"unknown zone {shown(host.zone)}", nearest(host.zone, self._zones, what="zones")
            )
            return
        if zone.place == MANAGEMENT:
            self._problems.add(
                (*at, "zone"),
                f"ZONE-08: {host.zone} holds the lab's infrastructure only",
                "put the host into another zone",
            )
            return
        if (zone.place in PEER_PLACES) != (host.function == "peer"):
            self._problems.add(
                (*at, "function"),
                f"a host of function {host.function} in a zone of place {zone.place}",
                f"peers, and nothing else, are in zones of place {', '.join(sorted(PEER_PLACES))}",
            )
        if (zone.place == BACKUP_PLACE) != (host.function == BACKUP_FUNCTION):
            self._problems.add(
                (*at, "function"),
                f"OPS-05: a host of function {host.function} in a zone of place {zone.place}",
                f"a {BACKUP_FUNCTION}, and nothing else, is in a zone of place {BACKUP_PLACE}",
            )
        function, legs = self._placed(at, host, zone)
        for segment in legs:
            other = next((key for key, taken in self._hosts.items() if taken.legs.get(segment) == host.number), None)
            if other is not None:
                self._problems.add(
                    (*at, "number"), f"{other} has number {host.number} on {segment} already", "choose another number"
                )
                break
        self._hosts[name] = Host(zone=host.zone, function=function, legs=dict.fromkeys(legs, host.number))

    def _placed(self, at: tuple[str | int, ...], host: NewHost, zone: Zone) -> tuple[str, list[str]]:
        """Its function in the network, and the segments that it is on: a telework terminal is at home and in the pool."""
        function: str = host.function
        legs = [key for key, segment in self._segments.items() if segment.zone == host.zone][:1]
        if (zone.place == POOL_PLACE) != (function == TELEWORK):
            self._problems.add(
                (*at, "function"),
                f"VPN-11: a host of function {function} in a zone of place {zone.place}",
                f"a {TELEWORK}, and nothing else, is in the VPN's pool",
            )
        elif function == TELEWORK:
            function = self._terminals.function(at, host)
            legs += [key for key, segment in self._segments.items() if segment.dynamic]
        elif host.class_ is not None:
            self._problems.add((*at, "class"), f"a {function} has no class", f"remove it; a {TELEWORK} has one")
        return function, legs


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def _within(one: Network, other: Network) -> bool:
    if isinstance(one, IPv6Network):
        return isinstance(other, IPv6Network) and one.subnet_of(other)
    return not isinstance(other, IPv6Network) and one.subnet_of(other)


def _list(segment: Segment) -> str:
    return ", ".join(map(str, segment.networks))
