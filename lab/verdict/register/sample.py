"""A concrete attempt out of a set of packets: the real hosts that can send it if there are any, else an intruder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from lab.errors import LabError
from lab.plan import Address, Family, Host, Kind, Leg, Plan, Protocol, route
from lab.record import Attempt
from lab.verdict.register.expected import ECHO, NUMBERS
from lab.verdict.ruleset.box import Box
from lab.verdict.ruleset.fields import IPV4, IPV6, NEW, PLAIN, TCP_BITS, Field, everything
from lab.verdict.ruleset.literals import interface, mac
from lab.verdict.ruleset.ranges import Ranges
from lab.verdict.words import host_of, segment_of

FIRST_CHOICE = (443, 22, 80, 445, 3389, 53, 123, 161, 514, 8443, 8080)  # ports that say something to a reader
PROBE_PORTS = Ranges.of([(61000, 64999)])
FAMILIES = {Family.IPV4: IPV4, Family.IPV6: IPV6}


@dataclass(frozen=True, slots=True)
class _Ends:
    source: str
    source_address: Address
    destination: str
    target: Address
    leg: Leg  # the device's leg that the packet enters by
    invention: int  # 0: the real host sends it; 1: an intruder in its place; 2: nobody has such an address there

    @property
    def direct(self) -> bool:
        """The source's own packets come this way with nothing before the device."""
        return self.invention == 0


def best_attempt(plan: Plan, device: str, boxes: Sequence[Box], hook: str) -> tuple[Box, Attempt | None]:
    """The attempt that needs the least invention, with the box that it lies in; (the first box, None) if there is none.

    Its packet lies in the box and reaches `device`. None: the prober can't make such a packet.
    """
    made = [(box, *candidate) for box in boxes if (candidate := _candidate(plan, device, box, hook)) is not None]
    if not made:
        return boxes[0], None
    box, _, attempt = min(made, key=lambda each: each[1])
    return box, attempt


def _candidate(plan: Plan, device: str, box: Box, hook: str) -> tuple[int, Attempt] | None:
    """(how much of it is invented, the attempt)."""
    if not _can_be_new(box):
        return None
    for family in plan.families:
        protocol = _protocol(box, family)
        if FAMILIES[family] in _values(box, Field.FAMILY) and protocol is not None:
            for ends in _ends(plan, device, box, family, hook):
                return ends.invention, _attempt(plan, box, family, protocol, ends)
    return None


def _values(box: Box, field: Field) -> Ranges:
    return box.get(field, everything(field))


def _can_be_new(box: Box) -> bool:
    """A probe is a sound first packet: nothing else can be shown with it."""
    return (
        bool(_values(box, Field.CT_STATE) & NEW)
        and 1 in _values(box, Field.REVERSE_PATH)
        and bool(_values(box, Field.FRAGMENT) & Ranges.single(0, 0x4000))
        and all(usual <= _values(box, field) for field, usual in PLAIN.items())
    )


def _protocol(box: Box, family: Family) -> Protocol | None:
    numbers = _values(box, Field.PROTOCOL)
    if NUMBERS[Protocol.TCP] in numbers and TCP_BITS["syn"] in _values(box, Field.TCP_FLAGS):
        return Protocol.TCP
    if NUMBERS[Protocol.UDP] in numbers:
        return Protocol.UDP
    number, request, _ = ECHO[family]
    if number in numbers and request in _values(box, Field.ICMP_TYPE):
        return Protocol.ICMP
    return None


def _ends(plan: Plan, device: str, box: Box, family: Family, hook: str) -> Iterator[_Ends]:
    """Who could send it where, best first: real ends, a real target, any target."""
    four = family is Family.IPV4
    sources, targets = (
        _values(box, Field.SADDR4 if four else Field.SADDR6),
        _values(box, Field.DADDR4 if four else Field.DADDR6),
    )
    possible = list(_targets(plan, device, box, family, targets, hook))
    for destination, target in possible:
        for host in endpoints_first(plan):
            ends = _real(plan, device, host, destination, target, box, family)
            if ends is not None and int(ends.source_address) in sources:
                yield ends
    for destination, target in possible:
        yield from _invented(plan, device, box, family, sources, destination, target)


def _targets(
    plan: Plan,
    device: str,
    box: Box,
    family: Family,
    targets: Ranges,
    hook: str,
) -> Iterator[tuple[str, Address]]:
    """(host, address) pairs that the set allows; addresses that nobody has come last, and not for the device itself."""
    legs = _legs(plan.host(device), _values(box, Field.OIF))
    for host in endpoints_first(plan):
        for leg in host.legs:
            for one in leg.addresses:
                fits = one.version == _version(family) and int(one.ip) in targets
                if fits and (hook == "input") == (host.name == device):
                    yield host.name, one.ip
    if hook == "forward":
        for leg in legs:
            for one in leg.addresses:
                network = Ranges.of([(int(one.network.network_address) + 1, int(one.network.broadcast_address) - 1)])
                if one.version == _version(family) and (free := targets & network):
                    address = _address(free.first, family)
                    yield str(address), address


def endpoints_first(plan: Plan) -> list[Host]:
    """Every host; a router is the last that one would suspect."""
    return sorted(plan.hosts, key=lambda host: host.kind is Kind.ROUTER)


def _real(
    plan: Plan,
    device: str,
    host: Host,
    destination: str,
    target: Address,
    box: Box,
    family: Family,
) -> _Ends | None:
    """A real host whose way to the target enters and leaves the device as the set demands."""
    if host.name in {device, destination} or not any(d.name == destination for d in plan.hosts):
        return None
    try:
        steps = route(plan, host.name, destination, family, address=target)
        address = host.address(family, segment_of(steps[0].rpartition("/")[0]))
    except (LabError, KeyError, IndexError):
        return None
    ports = [step.rpartition("/")[0] for step in steps]
    mine = [number for number, port in enumerate(ports) if host_of(port) == device]
    if not mine:
        return None
    into, out = segment_of(ports[mine[0]]), segment_of(ports[mine[-1]])
    leaves = len(mine) == 1 or interface(out) <= _values(box, Field.OIF)
    if not interface(into) <= _values(box, Field.IIF) or not leaves:
        return None
    leg = next(leg for leg in plan.host(device).legs if leg.segment == into)
    sender = next(leg for leg in host.legs if leg.segment == segment_of(ports[0]))
    direct = mine[0] == 1 and (sender.tunnel or mac(sender.mac) in _values(box, Field.ETHER_SADDR))
    return _Ends(host.name, address, destination, target, leg, 0 if direct else 1)


def _invented(
    plan: Plan,
    device: str,
    box: Box,
    family: Family,
    sources: Ranges,
    destination: str,
    target: Address,
) -> Iterator[_Ends]:
    """An intruder with an address of the set, on a segment that the set lets packets in from."""
    for leg in _legs(plan.host(device), _values(box, Field.IIF)):
        own = [one for one in leg.addresses if one.version == _version(family)]
        if not own or target in own[0].network:
            continue
        network = Ranges.of([(int(own[0].network.network_address) + 1, int(own[0].network.broadcast_address) - 1)])
        inside = (sources & network) - Ranges.single(int(own[0].ip)) or sources
        if not inside:
            continue
        near = [host.name for host in plan.hosts for each in host.legs if each.segment == leg.segment]
        name = next(name for name in [*near, device] if name != device or len(near) < 2)  # noqa: PLR2004 - itself and one
        yield _Ends(name, _address(inside.first, family), destination, target, leg, 2)


def _attempt(plan: Plan, box: Box, family: Family, protocol: Protocol, ends: _Ends) -> Attempt:
    services = [s.port for s in plan.services if s.host == ends.destination and s.protocol is protocol]
    port = None if protocol is Protocol.ICMP else _port(_values(box, Field.DPORT), services)
    sport = _values(box, Field.SPORT)
    source_port = None if protocol is Protocol.ICMP or sport >= PROBE_PORTS else (sport - Ranges.single(0)).first
    attempt = Attempt(
        source=ends.source,
        destination=ends.destination,
        address=str(ends.target),
        family=family,
        protocol=protocol,
        port=port,
        source_port=source_port,
    )
    if ends.direct:
        return attempt
    cards = _values(box, Field.ETHER_SADDR)
    return attempt.model_copy(
        update={
            "intruder_segment": ends.leg.segment,
            "intruder_next_hop": ends.leg.mac,
            "intruder_source": str(ends.source_address),
            "intruder_mac": None if cards == everything(Field.ETHER_SADDR) else _card(cards),
        },
    )


def _port(allowed: Ranges, services: list[int]) -> int:
    for port in (*services, *FIRST_CHOICE):
        if port in allowed:
            return port
    return (allowed - Ranges.single(0) or allowed).first


def _card(cards: Ranges) -> str:
    """A MAC of the set, a locally administered unicast one if it has any."""
    local = cards & Ranges.of([(0x02_5A_00_00_00_01, 0x02_5A_FF_FF_FF_FF)])
    return ":".join(f"{byte:02x}" for byte in (local or cards).first.to_bytes(6, "big"))


def _legs(host: Host, wanted: Ranges) -> list[Leg]:
    return [leg for leg in host.legs if interface(leg.segment) <= wanted]


def _version(family: Family) -> int:
    return 4 if family is Family.IPV4 else 6


def _address(value: int, family: Family) -> Address:
    return IPv4Address(value) if family is Family.IPV4 else IPv6Address(value)
