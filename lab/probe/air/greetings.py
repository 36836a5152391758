"""What a host says to a neighbour on its segment, as frames made here: to its address, to everybody, ARP, mDNS, IPv6 discovery."""

from __future__ import annotations

import secrets
import socket
import struct
from dataclasses import dataclass

from lab.probe.agent import headers
from lab.probe.air.parcels import LENGTH, TOKEN

TO_ITS_ADDRESS, TO_ITS_IPV6_ADDRESS = "IPv4 to its address", "IPv6 to its address"
ALONE = frozenset({TO_ITS_ADDRESS, TO_ITS_IPV6_ADDRESS})  # for nobody but the target
_IPV4, _ARP, _IPV6 = b"\x08\x00", b"\x08\x06", b"\x86\xdd"
_EVERYBODY = b"\xff" * 6
_PORT, _DISCARD, _MDNS = 40_000, 9, 5353
_GROUP, _GROUP_IPV6 = "224.0.0.251", "ff02::fb"  # of mDNS (RFC 6762)
_LOCAL = 255  # hop limit of what no router may have passed on (RFC 4861, 4.3; RFC 6762, 11)
_SOLICITATION, _OWN_MAC, _TRIAL = 135, 1, 253  # ICMPv6 type; options of it, the last for experiments (RFC 4727)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A host on a segment. Addresses are text; `six` is None where it has no IPv6."""

    name: str
    mac: str
    four: str
    six: str | None


def greetings(sender: Neighbour, target: Neighbour) -> dict[str, tuple[bytes, bytes]]:
    """Name -> (token, frame), one of each way; all of one length (`parcels.LENGTH`), each with a token of its own."""
    made = {
        TO_ITS_ADDRESS: _datagram(sender, target.four, headers.card(target.mac)),
        "IPv4 to everybody": _datagram(sender, "255.255.255.255", _EVERYBODY),
        "ARP": _arp(sender, target),
        "mDNS": _mdns(sender.mac, sender.four, _GROUP),
    }
    if sender.six and target.six:
        made[TO_ITS_IPV6_ADDRESS] = _datagram(sender, target.six, headers.card(target.mac))
        made["mDNS over IPv6"] = _mdns(sender.mac, sender.six, _GROUP_IPV6)
        made["neighbour solicitation"] = _solicitation(sender.mac, sender.six, target.six)
    return {name: (token, frame.ljust(LENGTH, b"\0")) for name, (token, frame) in made.items()}


def _datagram(sender: Neighbour, to: str, mac: bytes) -> tuple[bytes, bytes]:
    token, source = secrets.token_bytes(TOKEN), (sender.six if ":" in to else sender.four) or ""
    between = headers.ends(source, to, _PORT, _DISCARD)
    return token, _framed(mac, sender.mac, between, headers.UDP, headers.udp(between, token))


def _arp(sender: Neighbour, target: Neighbour) -> tuple[bytes, bytes]:
    """A request (RFC 826); the token fills it up to what Ethernet wants at least."""
    token = secrets.token_bytes(TOKEN)
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + headers.card(sender.mac) + socket.inet_aton(sender.four)
    return token, _EVERYBODY + headers.card(sender.mac) + _ARP + body + bytes(6) + socket.inet_aton(target.four) + token


def _mdns(mac: str, source: str, group: str) -> tuple[bytes, bytes]:
    """A question for the name that is the token."""
    token = secrets.token_bytes(TOKEN)
    question = bytes([TOKEN]) + token + b"\x05local\x00" + struct.pack("!HH", 255, 1)
    between = headers.ends(source, group, _MDNS, _MDNS)
    body = headers.udp(between, struct.pack("!6H", 0, 0, 1, 0, 0, 0) + question)
    return token, _framed(headers.group_card(between.target), mac, between, headers.UDP, body)


def _solicitation(mac: str, source: str, target: str) -> tuple[bytes, bytes]:
    """Who has this address (RFC 4861), the token in an option."""
    token, wanted = secrets.token_bytes(TOKEN), socket.inet_pton(socket.AF_INET6, target)
    group = socket.inet_ntop(socket.AF_INET6, bytes.fromhex("ff0200000000000000000001ff") + wanted[-3:])
    between = headers.ends(source, group, 0, 0)
    options = bytes([_OWN_MAC, 1]) + headers.card(mac) + bytes([_TRIAL, (2 + TOKEN + 6) // 8]) + token + bytes(6)
    body = headers.icmp(between, _SOLICITATION, 0, bytes(4), wanted + options)
    return token, _framed(headers.group_card(between.target), mac, between, headers.ICMPV6, body)


def _framed(to: bytes, mac: str, between: headers.Ends, protocol: int, body: bytes) -> bytes:
    kind = _IPV4 if between.four else _IPV6
    return to + headers.card(mac) + kind + headers.packet(between, protocol, body, 1, hops=_LOCAL)
