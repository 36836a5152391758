"""The network that a scenario describes: zones, segments and hosts, before any address is given out."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from lab.catalogue import Place
from lab.tables import read_table

DATA = Path(__file__).parent / "data"
TRANSIT = "transit"
FIREWALL = "firewall"
ROUTERS = frozenset(
    {FIREWALL, "guest-router", "carrier", "home-router", "vpn-gateway"}
)  # functions that forward between their legs
STATION = "station"
STAFF = frozenset({"mn", "lg", "in"})  # places whose wireless stations the guideline speaks about
PEER_PLACES = frozenset({"peer-1", "peer-2", "govcloud"})

Network = IPv4Network | IPv6Network


class Frozen(BaseModel):
    """Immutable, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Service(Frozen):
    """What a function serves."""

    protocol: str  # "tcp" | "udp"
    port: int
    application: str


class Zone(Frozen):
    """A zone: what it is for the guideline, and the firewall that owns its border."""

    title: str = ""
    place: str  # "mn", "lg", "in", "peer-1", ..., "other": what the catalogue's flow table calls it
    firewall: str | None = None  # None: the management zone, which several share, and the Internet, which nobody owns
    gateway: str | None = None  # where its hosts send what is for elsewhere, if that is not the firewall

    @property
    def way_out(self) -> str | None:
        """The default gateway of the zone's hosts; None: they have routes to the zones that they serve and no default."""
        return self.gateway or self.firewall


class Segment(Frozen):
    """One L2 domain."""

    zone: str  # a zone's name, or "transit" between two firewalls
    networks: tuple[Network, ...]  # at most one per family, IPv4 first
    tunnel: bool = False  # no cable: the interface of that name is made by the VPN software of both ends
    dynamic: bool = False  # its endpoints get their address from the router there (DHCP)


class Host(Frozen):
    """One host and its place on the segments."""

    zone: str  # "firewall" for firewalls
    function: str  # a key of functions.yaml: "terminal", "server", "firewall", ...
    legs: dict[str, int]  # segment -> host number, in both families; 0: an interface without an address
    twin: str | None = None  # of a public endpoint: the peer that serves the same behind a closed line (TC-07)


Security = Literal["enterprise", "enterprise-192", "owe"]  # staff: WPA3-Enterprise; visitors: OWE


class Ssid(Frozen):
    """One wireless network: the zone that it leads to, and how it is secured."""

    zone: str
    security: Security


class AirHost(Frozen):
    """One host of the radio guest."""

    zone: str  # of a stranger and of the listener: that of the container, they are in no zone
    function: Literal["access-point", "station", "stranger", "sensor", "listener"]
    legs: dict[str, int] = {}  # segment -> host number; a station's is on the air, the others' are cables
    ssid: str | None = None  # a station's own network


class Air(Frozen):
    """The wireless part: which container its guest is in, the networks, the hosts."""

    container: str
    ssids: dict[str, Ssid]
    hosts: dict[str, AirHost]


class Outside(Frozen):
    """Where the firewalls send what is for nobody inside: to a neighbour of one of them, which does not forward."""

    firewall: str
    segment: str
    neighbour: str


class Topology(Frozen):
    """All of it. Pure description: plan gives out addresses and routes."""

    domain: str
    zones: dict[str, Zone]
    segments: dict[str, Segment]
    hosts: dict[str, Host]
    outside: Outside | None = None
    air: Air | None = None

    def whole(self) -> Topology:
        """The same with the hosts on the air beside the others: for flows, addresses and routes they are alike."""
        if self.air is None:
            return self
        more = {
            name: Host(zone=one.zone, function=one.function, legs=one.legs)
            for name, one in self.air.hosts.items()
            if one.legs
        }
        return self.model_copy(update={"hosts": self.hosts | more, "air": None})

    def place(self, host: str) -> Place:
        """See the host the way the catalogue's flow table does."""
        here = self.hosts[host]
        if here.function == FIREWALL:
            return Place(zone=f"{FIREWALL}:{host}", place=FIREWALL, function=FIREWALL)
        border = self.border(here.zone)
        place = self.zones[here.zone].place
        return Place(
            zone=here.zone,
            place=f"wlan-{place}" if here.function == STATION and place in STAFF else place,
            function=here.function,
            border=None if border is None else f"{FIREWALL}:{border}",
        )

    def place_of(self, segment: str) -> str:
        """What the zone of a segment is for the guideline; "" between firewalls."""
        zone = self.zones.get(self.segments[segment].zone)
        return "" if zone is None else zone.place

    def border(self, zone: str) -> str | None:
        """Name the firewall that a zone's hosts turn to. The management zone has none of its own: the first with a leg there."""
        if self.zones[zone].firewall is not None:
            return self.zones[zone].firewall
        segments = {name for name, segment in self.segments.items() if segment.zone == zone}
        near = (name for name, host in self.hosts.items() if host.function == FIREWALL and segments & set(host.legs))
        return next(near, None)

    def services(self, host: str) -> tuple[Service, ...]:
        """List what the host serves to others."""
        return services()[self.hosts[host].function]


class Part(Frozen):
    """What a path adds to a base network. What the base has already stays as it is there."""

    serves: tuple[str, ...] = ()  # places whose staff it is for, or whose screens it shows
    zones: dict[str, Zone] = {}
    segments: dict[str, Segment] = {}
    hosts: dict[str, Host] = {}
    legs: dict[str, dict[str, int]] = {}  # host of the base -> segment -> host number
    outside: Outside | None = None  # for a base that has none
    air: Air | None = None
    apart: dict[str, Part] = {}  # place -> what is there for a zone of that place alone


def parts() -> tuple[str, ...]:
    """List the paths that there is equipment for."""
    return tuple(sorted(file.stem for file in (DATA / "networks" / "parts").glob("*.yaml")))


@cache
def part(name: str) -> Part:
    """Read the equipment of a path (one of `parts`)."""
    return Part.model_validate(read_table(DATA / "networks" / "parts" / f"{name}.yaml"))


@cache
def study_part(name: str) -> Part:
    """Read what the study of that name adds to a network with its path."""
    return Part.model_validate(read_table(DATA / "networks" / "studies" / f"{name}.yaml"))


def extended(base: Topology, more: Part, zones: Collection[str]) -> Topology:
    """Add the equipment of a path to a base network. Of what is on the air or apart, that of these zones alone."""
    more = _for_zones(more, base, zones)
    hosts = {**base.hosts, **_new(more.hosts, base.hosts)}
    for host, legs in more.legs.items():
        hosts[host] = hosts[host].model_copy(update={"legs": {**hosts[host].legs, **legs}})
    whole = base.model_copy(
        update={
            "zones": {**base.zones, **_new(more.zones, base.zones)},
            "segments": {**base.segments, **_new(more.segments, base.segments)},
            "hosts": hosts,
            "outside": base.outside or more.outside,
            "air": more.air or base.air,
        }
    )
    places = {base.zones[zone].place for zone in zones if zone in base.zones}
    for place in sorted(places & set(more.apart)):
        whole = extended(whole, more.apart[place], ())
    return whole


def _for_zones(more: Part, base: Topology, zones: Collection[str]) -> Part:
    """Leave out the networks of other zones, whoever is on them, and their cables."""
    if more.air is None:
        return more
    ssids = {name: one for name, one in more.air.ssids.items() if one.zone in zones and one.zone in base.zones}
    kept = {one.zone for one in ssids.values()} | {more.hosts[more.air.container].zone}
    known = {**base.segments, **more.segments}
    container = more.hosts[more.air.container]
    legs = {leg: number for leg, number in container.legs.items() if leg in known and known[leg].zone in kept}
    hosts = {name: one for name, one in more.air.hosts.items() if one.ssid is None or one.ssid in ssids}
    return more.model_copy(
        update={
            "hosts": {**more.hosts, more.air.container: container.model_copy(update={"legs": legs})},
            "air": more.air.model_copy(update={"ssids": ssids, "hosts": hosts}),
        }
    )


def _new(more: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in more.items() if key not in known}


def reference_names() -> tuple[str, ...]:
    """List the base networks that a scenario can start from."""
    return tuple(sorted(file.stem for file in (DATA / "networks").glob("*.yaml")))


@cache
def reference(name: str) -> Topology:
    """Read the base network of that name (one of `reference_names`)."""
    return Topology.model_validate(read_table(DATA / "networks" / f"{name}.yaml"))


@cache
def services() -> dict[str, tuple[Service, ...]]:
    """Read what a host of each function serves."""
    return {
        function: tuple(Service.model_validate(item) for item in items)
        for function, items in read_table(DATA / "functions.yaml").items()
    }
