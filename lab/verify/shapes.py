"""The crafted packets of each case, and what must become of them (cases Z1 to Z5 and Z7; Common Criteria FFW_RUL_EXT.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lab.plan import Family, Protocol
from lab.record import Craft, Inner, Shape
from lab.verdict import Expectation, Purpose, Twin
from lab.verdict.craft_words import OPTIONS, craft_text, flags
from lab.verify.ingress import DISCARD, Ingress
from lab.verify.trip import Stand

DENIED = frozenset({Purpose.DEFAULT_DENY, Purpose.EXPLICIT_DENY})
UNSOUND = DENIED | {Purpose.INVALID, Purpose.STATE, Purpose.SHAPE}
IMPOSSIBLE = Expectation(frozenset({Purpose.IMPOSSIBLE_SOURCE}), strict=True)
SPOOFED = Expectation(frozenset({Purpose.ANTI_SPOOFING, Purpose.IMPOSSIBLE_SOURCE}), strict=True)
ODD = Expectation(frozenset({Purpose.SHAPE}), strict=True)
NO_BEGINNING = Expectation(UNSOUND | {Purpose.MAC_BINDING})
NOT_ALLOWED = Expectation(UNSOUND)
NO_WHOLE = Expectation(UNSOUND, held=True)
SOURCES = {
    Family.IPV4: {
        "unspecified": "0.0.0.0",  # noqa: S104 - a source, not a listener
        "this network": "0.1.2.3",
        "loopback": "127.0.0.1",
        "link-local": "169.254.7.7",
        "multicast": "224.0.0.5",
        "reserved": "240.0.0.1",
        "broadcast": "255.255.255.255",
    },
    # ::1 and multicast are missing: the kernel ends them before any rule, see the catalogue
    Family.IPV6: {
        "unspecified": "::",
        "link-local": "fe80::7",
        "IPv4-mapped": "::ffff:10.0.0.7",
        "site-local": "fec0::7",
        "reserved": "4000::7",
    },
}
SEGMENTS = (0x10, 0x01, 0x11, 0x04, 0x12, 0x03, 0x06, 0x00, 0x29)
ROUTING = (0, 2, 4)
CHAIN = 4
TUNNELS = (4, 41, 47)
HOST_PART = 0x4D  # of an address in another segment's network


@dataclass(frozen=True, slots=True)
class Case:
    """One crafted packet, what must become of it, and its twin."""

    stand: Stand
    expected: Expectation
    twin: Twin | None


def sources(at: Ingress) -> Iterator[Case]:
    """Z1: addresses that nobody has, the device's own, and those of every other side."""
    for name, address in SOURCES[at.base.family].items():
        yield _from(at, name, address, IMPOSSIBLE)
    version = 4 if at.base.family is Family.IPV4 else 6
    for leg in at.plan.host(at.device).legs:
        for one in leg.addresses:
            if one.version != version:
                continue
            yield _from(at, f"the device's own on {leg.segment}", str(one.ip), SPOOFED)
            if leg.segment != at.segment:
                yield _from(at, f"of {leg.segment}", str(one.network.network_address + HOST_PART), SPOOFED)
            elif version == 4:  # noqa: PLR2004
                yield _from(at, "broadcast of its own network", str(one.network.broadcast_address), SPOOFED)


def _from(at: Ingress, name: str, address: str, expected: Expectation) -> Case:
    attempt = at.attempt(Craft(shape=Shape.PLAIN), source=address)
    return Case(at.stand(attempt, f"source {address} ({name})"), expected, _twin(at))


def _twin(at: Ingress, *, pieces: bool = False) -> Twin:
    return Twin(at.twin(pieces=pieces), at.through)


def options(at: Ingress) -> Iterator[Case]:
    """Z5: IPv4 options that record or choose the way, IPv6 routing headers; to the destination, and by way of the device."""
    numbers, shape = (tuple(OPTIONS), Shape.OPTION) if at.base.family is Family.IPV4 else (ROUTING, Shape.ROUTING)
    for number in numbers:
        craft = Craft(shape=shape, number=number)
        yield Case(at.stand(at.attempt(craft), craft_text(craft, at.base.family)), ODD, _twin(at))
        if shape is Shape.ROUTING or number in {131, 137}:
            attempt = at.by_way_of_the_device(craft)
            assert attempt.craft is not None
            yield Case(at.stand(attempt, craft_text(attempt.craft, at.base.family)), ODD, _twin(at))


def segments(at: Ingress) -> Iterator[Case]:
    """Z7: TCP segments that begin no connection, where they can't be part of one."""
    if at.base.protocol is Protocol.TCP:
        for number in SEGMENTS:
            attempt = at.attempt(Craft(shape=Shape.FLAGS, number=number))
            yield Case(at.stand(attempt, f"flags {flags(number)}"), NO_BEGINNING, _twin(at))


def fragments(at: Ingress) -> Iterator[Case]:
    """Z2: pieces that hide a port which nobody has allowed, and pieces that never make a whole."""
    six = at.base.family is Family.IPV6
    hiding = [Shape.PIECES, Shape.TINY, *([Shape.ATOMIC, Shape.HIDDEN, Shape.CHAIN] if six else [])]
    for shape in hiding:
        craft = Craft(shape=shape, number=CHAIN if shape is Shape.CHAIN else 0)
        yield Case(
            at.stand(at.attempt(craft, port=DISCARD), craft_text(craft, at.base.family)),
            NOT_ALLOWED,
            _twin(at, pieces=True),
        )
    for shape in (Shape.OVERLAP, Shape.HOLE, Shape.FIRST, Shape.LAST):
        craft = Craft(shape=shape)
        yield Case(at.stand(at.attempt(craft), craft_text(craft, at.base.family)), NO_WHOLE, _twin(at, pieces=True))


def tunnels(at: Ingress) -> Iterator[Case]:
    """Z4: a packet to the other zone inside another one, addressed there or to the device, which might unpack it."""
    plan, family = at.plan, at.base.family
    for inner_family in plan.families:
        ends = Inner(
            source=str(plan.host(at.base.source).address(inner_family)),
            destination=str(plan.host(at.base.destination).address(inner_family)),
            source_port=DISCARD,
            port=DISCARD,
        )
        for number in TUNNELS:
            if number == (41 if inner_family is Family.IPV4 else 4):
                continue
            craft = Craft(shape=Shape.TUNNEL, number=number, inner=ends)
            there = at.attempt(craft)
            here = there.model_copy(update={"destination": at.device, "address": at.near})
            for attempt in (there, here):
                yield Case(
                    at.stand(attempt, f"{craft_text(craft, family)} to {attempt.destination}"), NOT_ALLOWED, None
                )


def protocols(at: Ingress, numbers: Iterable[int] = range(256)) -> Iterator[Case]:
    """Z4: IP protocol numbers; those with ports go to a port that nobody has allowed."""
    for number in numbers:
        craft = Craft(shape=Shape.PROTOCOL, number=number)
        yield Case(at.stand(at.attempt(craft, port=DISCARD), craft_text(craft, at.base.family)), NOT_ALLOWED, None)
