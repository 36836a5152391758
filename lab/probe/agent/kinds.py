"""What kind of packet a frame is, in words that a person can compare with a short list: "udp 203.0.113.40:4500"."""

# ruff: noqa: PLR2004 - offsets and numbers of wire formats

from __future__ import annotations

import socket

_IPV4, _ARP, _IPV6 = 0x0800, 0x0806, 0x86DD
_TAGS = {0x8100, 0x88A8}  # of a VLAN, and of a provider's around it
_ROUTED_ON = {0, 43, 60}  # IPv6 headers before the payload's: hop-by-hop, routing, destination options
_FRAGMENT = 44


def kind_of(raw: bytes) -> str:
    """Say what a frame is.

    "arp", "udp ADDRESS:PORT" and "tcp ADDRESS:PORT" (of the destination), "icmp TYPE", "icmpv6 TYPE", "fragment ADDRESS",
    "protocol N ADDRESS", "ethertype 0xN"; "short" for one that was cut. Behind a VLAN tag the same after "vlan ID ".
    """
    ethertype = int.from_bytes(raw[12:14], "big")
    if ethertype in _TAGS:
        return f"vlan {int.from_bytes(raw[14:16], 'big') & 0xFFF} {kind_of(raw[:12] + raw[16:])}"
    if ethertype == _ARP:
        return "arp"
    try:
        return {_IPV4: _ipv4, _IPV6: _ipv6}[ethertype](raw)
    except KeyError:
        return f"ethertype {ethertype:#06x}"
    except (IndexError, ValueError, OSError):
        return "short"


def _ipv4(raw: bytes) -> str:
    address = socket.inet_ntop(socket.AF_INET, raw[30:34])
    if int.from_bytes(raw[20:22], "big") & 0x1FFF:
        return f"fragment {address}"
    return _payload(raw[23], address, raw[14 + (raw[14] & 15) * 4 :], "icmp")


def _ipv6(raw: bytes) -> str:
    address, following, at = socket.inet_ntop(socket.AF_INET6, raw[38:54]), raw[20], 54
    while following in _ROUTED_ON:
        following, at = raw[at], at + (raw[at + 1] + 1) * 8
    if following == _FRAGMENT:
        return f"fragment {address}"
    return _payload(following, address, raw[at:], "icmpv6")


def _payload(protocol: int, address: str, body: bytes, icmp: str) -> str:
    if protocol in {6, 17}:
        if len(body) < 4:
            return "short"
        return f"{'tcp' if protocol == 6 else 'udp'} {address}:{int.from_bytes(body[2:4], 'big')}"
    if protocol == (1 if icmp == "icmp" else 58):
        return f"{icmp} {body[0]}"
    return f"protocol {protocol} {address}"
