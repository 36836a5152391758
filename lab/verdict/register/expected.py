"""What the plan's allowed flows ask of one device, as sets of packets: the register as the device should see it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from lab.errors import LabError
from lab.plan import OUTSIDE, Address, AirHost, AllowedFlow, Family, Host, Plan, Protocol, flow_route, private, target
from lab.verdict.ruleset.box import Box
from lab.verdict.ruleset.fields import IPV4, IPV6, NEW, PLAIN, STATES, TCP_BITS, Field
from lab.verdict.ruleset.literals import interface, mac
from lab.verdict.ruleset.ranges import Ranges
from lab.verdict.words import host_of, segment_of

NUMBERS = {Protocol.TCP: 6, Protocol.UDP: 17}
ECHO = {Family.IPV4: (1, 8, 0), Family.IPV6: (58, 128, 129)}  # protocol, request, reply
VERSIONS = {Family.IPV4: 4, Family.IPV6: 6}
CLIENT_PORTS = Ranges.of([(1024, 65535)])
WHOLE = Ranges.single(0, 0x4000)  # not a fragment, may or may not say "don't fragment"
HOOKS = {
    "forward": ("prerouting", "forward", "postrouting"),
    "input": ("prerouting", "input"),
    "output": ("output", "postrouting"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One allowed flow in one family at one device."""

    flow: AllowedFlow
    family: Family
    hook: str  # "forward", "input", "output"
    box: Box  # what an accept rule for it may let through at most
    first: Box  # its first packet as it really comes: this must be accepted
    reply: Box  # the answer to it: this must be accepted too
    direct_mac: int | None  # the source's MAC, if it is a neighbour of the device

    def __str__(self) -> str:
        port = "" if self.flow.port is None else f"/{self.flow.port}"
        return (
            f"{self.flow.id} ({self.family} {self.flow.protocol}{port} {self.flow.source} -> {self.flow.destination})"
        )


def nft_family(family: Family) -> str:
    """How nft calls it."""
    return "ip" if family is Family.IPV4 else "ip6"


def entries(plan: Plan, device: str) -> list[Entry]:
    """Every allowed flow that this device forwards, answers or starts."""
    pairs = [(flow, family) for flow in plan.every_flow for family in flow.families if family in plan.families]
    found = (_entry(plan, device, flow, family) for flow, family in pairs)
    return [entry for entry in found if entry is not None]


def _entry(plan: Plan, device: str, flow: AllowedFlow, family: Family) -> Entry | None:
    try:
        steps = [step.rpartition("/")[0] for step in flow_route(plan, flow, family)]
    except LabError:
        return None  # a flow without a way asks nothing of any device
    mine = [number for number, port in enumerate(steps) if host_of(port) == device]
    if not mine:
        return None
    into, out = steps[mine[0]] if mine[0] % 2 else "", steps[mine[-1]] if mine[-1] % 2 == 0 else ""
    hook = "forward" if into and out else "input" if into else "output"
    source = None if flow.anyone else _source(plan, flow, family, steps[0])
    before = steps[mine[0] - 1] if into else ""
    after = steps[mine[-1] + 1] if out else ""
    ways: dict[Field, Ranges] = {}
    if into:
        ways[Field.IIF] = interface(segment_of(into))
    if out:
        ways[Field.OIF] = interface(segment_of(out))
    box = {**ways, **_addresses(source, target(plan, flow, family)), **_service(flow, family)}
    direct = _mac(plan, before, flow.source) if before and _at(plan, before, flow.source) else None
    return Entry(
        flow, family, hook, box, _first(plan, box, flow, family, before), _reply(plan, box, flow, family, after), direct
    )


def _source(plan: Plan, flow: AllowedFlow, family: Family, port: str) -> Address:
    """The address that the source sends from: that of the leg it leaves by."""
    return plan.end(flow.source).address(family, segment_of(port))


def _addresses(source: Address | None, destination: Address) -> dict[Field, Ranges]:
    """`source` None: any."""
    four = isinstance(destination, IPv4Address)
    saddr, daddr = (Field.SADDR4, Field.DADDR4) if four else (Field.SADDR6, Field.DADDR6)
    return {
        Field.FAMILY: Ranges.single(IPV4 if four else IPV6),
        **({} if source is None else {saddr: Ranges.single(int(source))}),
        daddr: Ranges.single(int(destination)),
    }


def _service(flow: AllowedFlow, family: Family) -> dict[Field, Ranges]:
    if flow.protocol is Protocol.ICMP:
        number, request, _ = ECHO[family]
        return {Field.PROTOCOL: Ranges.single(number), Field.ICMP_TYPE: Ranges.single(request)}
    found = {Field.PROTOCOL: Ranges.single(NUMBERS[flow.protocol])}
    return found if flow.port is None else {**found, Field.DPORT: Ranges.single(flow.port)}


def _first(plan: Plan, box: Box, flow: AllowedFlow, family: Family, before: str) -> Box:
    """Whose source nobody knows before comes from the networks outside; other sources are dropped as impossible."""
    ports = {} if flow.protocol is Protocol.ICMP else {Field.SPORT: CLIENT_PORTS}
    flags = {Field.TCP_FLAGS: Ranges.single(TCP_BITS["syn"])} if flow.protocol is Protocol.TCP else {}
    senders = _outside(plan, family, before) if flow.anyone else {}
    return {
        **box,
        **senders,
        **ports,
        **flags,
        **_sound(plan, before, flow.source),
        Field.CT_STATE: NEW,
        Field.CT_DIRECTION: Ranges.single(0),
    }


def _outside(plan: Plan, family: Family, port: str) -> Box:
    """Sources on the Internet and behind the routers of houses there, but not on the segment of the port itself."""
    found = [
        (int(net.network_address), int(net.broadcast_address))
        for segment in plan.segments
        if plan.place(segment.zone) in OUTSIDE and segment.name != segment_of(port)
        for net in segment.networks
        if net.version == VERSIONS[family] and not private(net)
    ]
    return {Field.SADDR4 if family is Family.IPV4 else Field.SADDR6: Ranges.of(found)}


def _reply(plan: Plan, box: Box, flow: AllowedFlow, family: Family, after: str) -> Box:
    """The way back: ends, ports and interfaces exchanged, and the connection known."""
    swap = {
        Field.IIF: Field.OIF,
        Field.OIF: Field.IIF,
        Field.SADDR4: Field.DADDR4,
        Field.DADDR4: Field.SADDR4,
        Field.SADDR6: Field.DADDR6,
        Field.DADDR6: Field.SADDR6,
        Field.DPORT: Field.SPORT,
    }
    back = {swap.get(field, field): values for field, values in box.items()}
    if flow.protocol is Protocol.ICMP:
        back[Field.ICMP_TYPE] = Ranges.single(ECHO[family][2])
    else:
        back[Field.DPORT] = CLIENT_PORTS
    if flow.protocol is Protocol.TCP:
        back[Field.TCP_FLAGS] = Ranges.single(TCP_BITS["syn"] | TCP_BITS["ack"], TCP_BITS["ack"])
    state = Ranges.single(STATES["established"])
    return {
        **back,
        **_sound(plan, after, flow.destination),
        Field.CT_STATE: state,
        Field.CT_DIRECTION: Ranges.single(1),
    }


def _sound(plan: Plan, neighbour: str, end: str) -> dict[Field, Ranges]:
    """A packet of `end` with nothing odd about it, handed over by that neighbour's port ("" if it starts here)."""
    found = {
        **PLAIN,
        Field.REVERSE_PATH: Ranges.single(1),
        Field.FRAGMENT: WHOLE,
        Field.HOP_LIMIT: Ranges.single(63, 64),
        Field.MARK: Ranges.single(0),
        Field.CT_MARK: Ranges.single(0),
        Field.PACKET_TYPE: Ranges.single(0),
    }
    card = _mac(plan, neighbour, end) if neighbour else None
    return found if card is None else {**found, Field.ETHER_SADDR: Ranges.single(card)}


def _at(plan: Plan, port: str, end: str) -> bool:
    """Whether what comes out of that port was sent by `end` itself: the port is its own, or it is on the air behind it."""
    on_air = plan.on_air(end)
    if on_air is None:
        return host_of(port) == end
    return any(leg.mac in plan.behind(host_of(port), segment_of(port)) for leg in on_air.legs)


def _mac(plan: Plan, port: str, end: str) -> int | None:
    """The MAC address that `end`'s packets have when they come out of that port; None in a tunnel."""
    host: Host | AirHost = plan.end(end) if _at(plan, port, end) else plan.host(host_of(port))
    leg = next(leg for leg in host.legs if leg.segment == segment_of(port))
    return None if leg.tunnel else mac(leg.mac)
