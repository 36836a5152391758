"""The Plan: every host, leg, segment, address, route and flow of one lab, as one frozen value.

Sources: permitted flows F01-F28 (catalogue), infrastructure flows I01... (mark LAB), register entries (scenario).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from lab.plan.hours import Window

Address = IPv4Address | IPv6Address
Interface = IPv4Interface | IPv6Interface
Network = IPv4Network | IPv6Network


class Frozen(BaseModel):
    """Immutable, hashable by value, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Family(StrEnum):
    """Address family of a flow."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"


class Protocol(StrEnum):
    """Transport of a flow; `icmp` means ICMPv6 echo in the IPv6 family."""

    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"


class Kind(StrEnum):
    """What a host is for the wiring: a router forwards between its legs, the others never do."""

    ENDPOINT = "endpoint"
    ROUTER = "router"
    BRIDGE = "bridge"  # has cables and no address: it sends nothing of its own and is nobody's end


class Image(StrEnum):
    """What a container is made from, built only where a plan needs it: each on the one before, the last on the first."""

    HOST = "host"  # every wired role
    PATH = "path"  # and what makes or ends a VPN path
    DESKTOP = "desktop"  # and X sessions, at either end of a screen transfer
    RADIO = "radio"  # the general one and a guest with radios


class Zone(Frozen):
    """One zone and what it is for the guideline."""

    name: str
    title: str  # in Japanese
    place: str  # "mn", "lg", "in", "peer-1", "peer-2", "govcloud", "lgwan", "sc", "internet", "guest", "mgmt", "other"


class Segment(Frozen):
    """One L2 domain (a bridge in the fabric). The name is also the interface name on every host: 1-15 characters."""

    name: str
    zone: str  # "mn", "lg", "in", "mgmt", a peer's own zone ("juki-net"), or "transit"
    networks: tuple[Network, ...]  # at most one per family; IPv4 first
    tunnel: bool = False  # no bridge: the VPN software of both ends makes the interface of that name (a TUN device)


class Leg(Frozen):
    """One interface of a host, named after its segment."""

    segment: str
    mac: str  # "02:xx:xx:xx:xx:xx", derived from host and segment only; "" in a tunnel, which has no MAC addresses
    addresses: tuple[Interface, ...]  # at most one per family; IPv4 first; those of a tunnel are single (/32, /128)
    tunnel: bool = False  # made by the host's own software, not by the lab's wiring
    dynamic: bool = False  # the address comes from the router there (DHCP), not from the lab's wiring


class Route(Frozen):
    """`destination` (0.0.0.0/0 and ::/0 for default) by way of `via` (a neighbour's address on `leg`).

    Routes by a tunnel (`via` None: into it) or by a dynamic leg are made by the host's own software.
    """

    destination: Network
    via: Address | None
    leg: str


class Host(Frozen):
    """One container."""

    name: str
    zone: str  # firewalls: "firewall"
    kind: Kind
    roles: tuple[str, ...]  # Ansible roles in the order they run, e.g. ("base", "log_client", "web_app")
    names: tuple[str, ...]  # DNS names; the first is the canonical one, e.g. "mn-app.mn.sanso.test"
    legs: tuple[Leg, ...]
    routes: tuple[Route, ...]
    twin: str | None = None  # of a public endpoint: the peer that serves the same behind a closed line
    resolver: str | None = None  # host name of its zone's resolver, None: no DNS at all
    image: Image = Image.HOST
    capabilities: tuple[str, ...] = ()  # sorted, without the CAP_ prefix
    devices: tuple[str, ...] = ()  # sorted paths of the engine machine's device files
    accelerators: tuple[str, ...] = ()  # sorted paths of those that it works without, only slower
    sealed: bool = False  # nothing may leave it before its own rules are loaded (kill switch)
    sysctls: dict[str, str] = {}
    inner: tuple[str, ...] = ()  # interfaces that its own software makes beside the legs

    @property
    def cables(self) -> tuple[Leg, ...]:
        """The legs that are plugged into the fabric: all but tunnels."""
        return tuple(leg for leg in self.legs if not leg.tunnel)

    @property
    def fixed_routes(self) -> tuple[Route, ...]:
        """The routes that the lab's wiring makes."""
        own = {leg.segment for leg in self.legs if leg.tunnel or leg.dynamic}
        return tuple(one for one in self.routes if one.leg not in own)

    def address(self, family: Family, segment: str | None = None) -> Address:
        """Its address of that family on `segment` (default: the first leg that has one). KeyError if it has none."""
        return _address(self, family, segment)


class Service(Frozen):
    """A listener that the plan expects on a host, and nothing else may listen beyond loopback (golden + TC-02)."""

    host: str
    protocol: Protocol
    port: int
    application: str  # "https", "dns", "syslog-tls", ...


class AllowedFlow(Frozen):
    """One permitted, initiated direction between two hosts. Return traffic is stateful only (TC-06)."""

    id: str  # register id ("TK-01"), infrastructure id ("I01/mn-app") or zone-local id ("F01/mn-term/mn-app")
    origin: str  # "register" | "infrastructure" | "catalogue"
    permitted_by: str  # catalogue flow id: "F02", "I01", ...
    controls: tuple[str, ...]
    purpose: str
    source: str  # host
    destination: str  # host
    to_leg: str | None = None  # the destination's address on this segment; None: that of its first leg
    from_leg: str | None = None  # the leg that the source sends by; None: the one that its routes say
    anyone: bool = False  # comes over the Internet from an address that nobody knows before: it isn't matched
    protocol: Protocol
    port: int | None
    application: str
    mac: bool = False  # MAC-IP binding on the source's packets (TC-01)
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6)
    owner: str | None = None
    expires: date | None = None


class Ssid(Frozen):
    """One wireless network of the access point."""

    name: str
    zone: str
    segment: str  # what it is bridged into
    security: str  # "enterprise" | "enterprise-192" | "owe"
    interface: str  # of the access point, at most 15 characters
    bssid: str

    @property
    def staff(self) -> bool:
        """Whether who joins it is asked for a certificate; visitors are not."""
        return self.security.startswith("enterprise")

    @property
    def suite_b(self) -> bool:
        """Whether it is of WPA3-Enterprise's 192-bit mode (WLAN-19)."""
        return self.security == "enterprise-192"


class AirHost(Frozen):
    """One host of the guest with radios: no container, reached by SSH on a link that ends in the guest's container."""

    name: str
    zone: str
    function: str  # "access-point" | "station" | "stranger" | "sensor" | "listener"
    names: tuple[str, ...]
    port: int  # of its sshd on that link
    radio: int | None  # number of its radio; None: it hears them all
    mac: str  # of its radio
    legs: tuple[
        Leg, ...
    ]  # a cable of the access point or the sensor; a station's is on the air, in the segment of its network
    routes: tuple[Route, ...]
    resolvers: tuple[str, ...]  # addresses
    ssid: str | None  # a station's own network

    def address(self, family: Family, segment: str | None = None) -> Address:
        """Its address of that family on `segment` (default: the first leg that has one). KeyError if it has none."""
        return _address(self, family, segment)


def _address(host: Host | AirHost, family: Family, segment: str | None) -> Address:
    for leg in host.legs:
        if segment is None or leg.segment == segment:
            for interface in leg.addresses:
                if interface.version == (4 if family is Family.IPV4 else 6):
                    return interface.ip
    raise KeyError(f"{host.name} has no {family} address on {segment or 'any leg'}")


class Air(Frozen):
    """The wireless part of a lab."""

    container: str  # the host whose container the guest runs in
    ssids: tuple[Ssid, ...]
    hosts: tuple[AirHost, ...]  # the access point first
    allowed: tuple[AllowedFlow, ...]  # flows that start or end on the air


class Plan(Frozen):
    """Everything that the lab will be; a pure function of scenario, catalogue and as-of date."""

    lab: str
    scenario: str  # its name, e.g. "minimal"
    edition: str  # "R8.3"
    model: str  # "alpha"
    as_of: date
    study: str | None = None  # of the catalogue: an evaluation of what the guideline excludes
    families: tuple[Family, ...]
    zones: tuple[Zone, ...] = ()
    segments: tuple[Segment, ...]
    hosts: tuple[Host, ...]
    services: tuple[Service, ...]
    allowed: tuple[AllowedFlow, ...]  # the whole allowed set, also flows inside one segment
    controls_due: tuple[str, ...]  # ids that this scenario must get a verdict for
    waivers: tuple[Waiver, ...] = ()
    overlays: dict[str, dict[str, str]] = {}  # host -> {absolute path in the host: file content}
    air: Air | None = None
    hours: dict[str, tuple[Window, ...]] = {}  # class of telework terminals -> when they may come in; others: always
    inspection: dict[
        str, int
    ] = {}  # class of telework terminals -> days that an inspection holds; others: none is asked for

    @cached_property
    def ways(self) -> dict[tuple[str, Address, str | None], tuple[tuple[str, ...], Host | AirHost | str]]:
        """Routes that were found already: a suite asks for the same ones ten thousand times."""
        return {}

    @cached_property
    def found(self) -> dict[Any, Any]:
        """Answers of other questions that only the plan decides, by what was asked (`lab.plan.once`)."""
        return {}

    @property
    def images(self) -> tuple[Image, ...]:
        """The kinds of image that this lab is made from, the general one (it makes the wiring as well) first."""
        used = {Image.HOST, *(host.image for host in self.hosts)}
        return tuple(kind for kind in Image if kind in used)

    @cached_property
    def _by_name(self) -> dict[str, Host]:
        return {host.name: host for host in self.hosts}

    def host(self, name: str) -> Host:
        """The host of that name. KeyError, naming the known hosts, if there is none."""
        if name not in self._by_name:
            raise KeyError(f"no host {name!r}; this lab has: {', '.join(h.name for h in self.hosts)}")
        return self._by_name[name]

    @property
    def everybody(self) -> tuple[Host | AirHost, ...]:
        """Every host with a name and a place, container or not."""
        return (*self.hosts, *(self.air.hosts if self.air else ()))

    def end(self, name: str) -> Host | AirHost:
        """The host of that name, container or not. KeyError, naming the known containers, if there is none."""
        return self.on_air(name) or self.host(name)

    def on_air(self, name: str) -> AirHost | None:
        """The host of that name that is on the air; None for all others."""
        return next((one for one in (self.air.hosts if self.air else ()) if one.name == name), None)

    def behind(self, host: str, segment: str) -> frozenset[str]:
        """MAC addresses of those on the air whose frames come in by this host's port on that segment."""
        if self.air is None or self.air.container != host:
            return frozenset()
        networks = {ssid.name for ssid in self.air.ssids if ssid.segment == segment}
        stations = {
            one.mac for one in self.air.hosts if one.ssid in networks or (networks and one.function == "stranger")
        }
        cabled = {leg.mac for one in self.air.hosts if not one.ssid for leg in one.legs if leg.segment == segment}
        return frozenset(stations | cabled)

    @property
    def every_flow(self) -> tuple[AllowedFlow, ...]:
        """The allowed set and what is allowed on the air."""
        return (*self.allowed, *(self.air.allowed if self.air else ()))

    @cached_property
    def _by_ends(self) -> dict[tuple[str, str, Protocol, int | None], list[AllowedFlow]]:
        found: dict[tuple[str, str, Protocol, int | None], list[AllowedFlow]] = {}
        for flow in self.every_flow:
            found.setdefault((flow.source, flow.destination, flow.protocol, flow.port), []).append(flow)
        return found

    def flows_between(
        self, source: str, destination: str, protocol: Protocol, port: int | None
    ) -> Sequence[AllowedFlow]:
        """What is allowed from one host to another on that port, in their order; every check asks."""
        return self._by_ends.get((source, destination, protocol, port), ())

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy that finds its own answers: what was kept with this plan is not its."""
        copied = super().model_copy(update=update, deep=deep)
        for kept in ("ways", "found", "_by_name", "_by_ends"):
            copied.__dict__.pop(kept, None)
        return copied

    def place(self, zone: str) -> str:
        """What a zone is for the guideline; "" for a name that is no zone ("firewall", "transit")."""
        return next((one.place for one in self.zones if one.name == zone), "")

    def digest(self) -> str:
        """SHA-256 (hex) of what the lab is built from: not its name, and no dates, which move from day to day."""
        from hashlib import sha256

        dated: Any = {"lab": True, "as_of": True, "waivers": True, "allowed": {"__all__": {"expires"}}}
        return sha256(self.model_dump_json(exclude=dated).encode()).hexdigest()


class Waiver(Frozen):
    """Hides a `fail` (never an `error`) of one control and subject until it expires."""

    control: str
    subject: str
    reason: str
    expires: date


Plan.model_rebuild()
