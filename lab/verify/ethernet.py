"""Frames that a host can say on its segment to whoever listens there, or through a router that is careless on layer 2.

Their content is true (its own addresses, nobody else's), so that no neighbour's table changes. IEEE 802.1Q, RFC 826, 4861.
"""

# ruff: noqa: PLR2004 - lengths of wire formats

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from itertools import product

from lab.plan import Address, Family, Leg
from lab.probe.agent import headers
from lab.verdict.register.expected import VERSIONS

EVERYBODY = bytes.fromhex("ffffffffffff")
DISCARD, MDNS = 9, 5353
TAG, OUTER_TAG, EXPERIMENTAL, EAPOL = 0x8100, 0x88A8, 0x88B5, 0x888E
TAGS: tuple[tuple[int, ...], ...] = ((TAG,), (OUTER_TAG, TAG))
ETHERTYPE = {Family.IPV4: 0x0800, Family.IPV6: 0x86DD}
GROUPS = {  # kind -> per family the group and the port: link-local names, and one that a multicast router would carry on
    "multicast-names": {Family.IPV4: ("224.0.0.251", MDNS), Family.IPV6: ("ff02::fb", MDNS)},
    "multicast": {Family.IPV4: ("239.255.0.1", DISCARD), Family.IPV6: ("ff05::1:3", DISCARD)},
}
_MARK = secrets.token_bytes(4)  # what the tokens of this run begin with
VLAN = 10  # an identifier as networks of this kind use it; the lab has no VLANs
WORDS = {  # kind -> English, Japanese
    "broadcast": ("a broadcast", "ブロードキャスト"),
    "eapol": ("an EAPOL frame to everybody", "全宛先のEAPOLフレーム"),
    "multicast-names": ("multicast DNS", "マルチキャストDNS"),
    "multicast": ("a multicast beyond the link", "リンクを越えるマルチキャスト"),
    "directed": ("a broadcast to another segment's network", "他セグメントのネットワークへのブロードキャスト"),
    "tagged": ("a frame with a VLAN tag", "VLANタグ付きフレーム"),
    "tagged-twice": ("a frame with two VLAN tags", "二重VLANタグ付きフレーム"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, and the bytes by which it (`needle`), or the answer to it, is recognised."""

    kind: str  # of WORDS, or "arp", "nd"
    raw: bytes
    needle: bytes
    asked: str = ""  # whom it asks for or is for, in words for people
    router: str = ""  # the one that it is handed to; "" for everybody on the segment
    at: str = ""  # segment of whom it asks for, where that is another one


@dataclass(frozen=True, slots=True)
class Speaker:
    """A host's leg, and the cards of the routers there."""

    leg: Leg
    routers: Mapping[str, str]  # name -> MAC address

    def address(self, family: Family) -> Address | None:
        """Its own address of that family, if it has one."""
        return next((one.ip for one in self.leg.addresses if one.version == VERSIONS[family]), None)

    def everything(self, elsewhere: Sequence[Address]) -> Iterator[Frame]:
        """One of each kind and family, for everybody or for a host on another segment (`elsewhere`: of either family)."""
        yield self._made("broadcast", EVERYBODY, EXPERIMENTAL, b"")
        for tags in TAGS:
            yield _tagged(self._made("", EVERYBODY, EXPERIMENTAL, b""), *tags)
        yield self._made("eapol", EVERYBODY, EAPOL, b"\x02\x01\x00\x00")  # EAPOL-Start, which needs no more
        for family in Family:
            if (own := self.address(family)) is None:
                continue
            for kind, groups in GROUPS.items():
                group, port = groups[family]
                yield self._datagram(kind, family, own, group, port, headers.group_card(ip_address(group).packed))
            away = next((address for address in elsewhere if address.version == VERSIONS[family]), None)
            if away is not None:
                for tags, (router, mac) in product(TAGS, self.routers.items()):
                    made = self._datagram("", family, own, str(away), DISCARD, headers.card(mac))
                    yield replace(_tagged(made, *tags), router=router)

    def to_network(self, name: str, broadcast: Address) -> Iterator[Frame]:
        """A datagram to another network's broadcast address, handed to each router. Nothing where it has no IPv4 itself."""
        own = self.address(Family.IPV4)
        if own is None:
            return
        for router, mac in self.routers.items():
            made = self._datagram("directed", Family.IPV4, own, str(broadcast), DISCARD, headers.card(mac))
            yield replace(made, asked=name, router=router)

    def asking(self, name: str, address: Address) -> Iterator[Frame]:
        """Who has that address? Everybody is asked, and each router by itself: a proxy takes its time when all are asked.

        Nothing where it has no address of the family to ask from. `needle` is of the answer.
        """
        family = Family.IPV4 if address.version == 4 else Family.IPV6
        own = self.address(family)
        if own is None:
            return
        mac = headers.card(self.leg.mac)
        if family is Family.IPV4:
            body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac + own.packed + bytes(6) + address.packed
            for to in (EVERYBODY, *map(headers.card, self.routers.values())):
                raw = _padded(to + mac + struct.pack("!H", 0x0806) + body)
                yield Frame("arp", raw, address.packed + mac + own.packed, name)
            return
        group = bytes.fromhex("ff0200000000000000000001ff") + address.packed[13:]
        between = headers.Ends(own.packed, group, 0, 0)
        told = headers.icmp(between, 135, 0, bytes(4), address.packed + b"\x01\x01" + mac)
        packet = headers.packet(between, headers.ICMPV6, told, 0, hops=255)  # or nobody takes it (RFC 4861, 7.1.1)
        for to in (headers.group_card(group), *map(headers.card, self.routers.values())):
            raw = to + mac + struct.pack("!H", 0x86DD) + packet
            yield Frame("nd", raw, address.packed + b"\x02\x01", name)

    def _made(self, kind: str, target: bytes, ethertype: int, head: bytes) -> Frame:
        token = _token()
        return Frame(
            kind, _padded(target + headers.card(self.leg.mac) + struct.pack("!H", ethertype) + head + token), token
        )

    def _datagram(self, kind: str, family: Family, own: Address, to: str, port: int, mac: bytes) -> Frame:
        token = _token()
        between = headers.ends(str(own), to, port, port)
        packet = headers.packet(between, headers.UDP, headers.udp(between, token), secrets.randbelow(1 << 16))
        return Frame(
            kind, _padded(mac + headers.card(self.leg.mac) + struct.pack("!H", ETHERTYPE[family]) + packet), token
        )


def _tagged(frame: Frame, *ethertypes: int) -> Frame:
    """The frame with tags in front of its type, the outermost first."""
    tags = b"".join(struct.pack("!HH", each, VLAN) for each in ethertypes)
    kind = "tagged" if len(ethertypes) == 1 else "tagged-twice"
    return Frame(kind, frame.raw[:12] + tags + frame.raw[12:], frame.needle)


def _token() -> bytes:
    """Nobody else's bytes; all begin alike, which makes them quick to look for."""
    return _MARK + secrets.token_bytes(16)


def _padded(raw: bytes) -> bytes:
    return raw.ljust(60, b"\0")
