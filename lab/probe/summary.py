"""A frame in a few words, for a person who watches."""

from __future__ import annotations

import struct
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import dpkt

Layer = Any  # what dpkt takes a packet apart into; it ships no types
_FLAGS = (("SYN", 0x02), ("FIN", 0x01), ("RST", 0x04), ("PSH", 0x08), ("ACK", 0x10), ("URG", 0x20))
_DNS = 53
_FOUR = {0: "echo reply", 3: "unreachable", 5: "redirect", 8: "echo request", 11: "time exceeded", 12: "bad header"}
_SIX = {
    1: "unreachable", 2: "too big", 3: "time exceeded", 4: "bad header", 128: "echo request", 129: "echo reply",
    133: "router solicitation", 134: "router advertisement", 135: "neighbour solicitation",
    136: "neighbour advertisement", 143: "multicast listener report",
}  # fmt: skip
# what dpkt raises on frames that lie about themselves
_BROKEN = (dpkt.Error, struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError)


def summary(frame: bytes) -> str:
    """One line without control characters, whatever the frame holds."""
    try:
        text = _ethernet(dpkt.ethernet.Ethernet(frame))
    except _BROKEN:
        text = f"no readable frame, {len(frame)} bytes"
    return "".join(char if char.isprintable() else "?" for char in text)


def _ethernet(frame: Layer) -> str:
    tags = "".join(f"vlan {tag.id} " for tag in getattr(frame, "vlan_tags", ()))
    body = frame.data
    if isinstance(body, dpkt.arp.ARP):
        return tags + _arp(body)
    if isinstance(body, dpkt.ip.IP | dpkt.ip6.IP6):
        return tags + _packet(body)
    return f"{tags}{frame.src.hex(':')} > {frame.dst.hex(':')} type 0x{frame.type:04x}, {len(frame)} bytes"


def _arp(body: Layer) -> str:
    asked, asker = (".".join(map(str, address)) for address in (body.tpa, body.spa))
    if body.op == dpkt.arp.ARP_OP_REQUEST:
        return f"ARP who has {asked}? tell {asker}"
    return f"ARP {asker} is at {body.sha.hex(':')}"


def _packet(body: Layer) -> str:
    source, target = str(ip_address(body.src)), str(ip_address(body.dst))
    inner = body.data
    if isinstance(inner, dpkt.tcp.TCP | dpkt.udp.UDP):
        source, target = (
            f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            for address, port in ((source, inner.sport), (target, inner.dport))
        )
    told = next((say(inner) for kind, say in _INNER.items() if isinstance(inner, kind)), "")
    protocol = body.nxt if isinstance(body, dpkt.ip6.IP6) else body.p
    return f"{source} > {target} {told or f'protocol {protocol}, {len(inner)} bytes'}"


def _tcp(inner: Layer) -> str:
    flags = ",".join(name for name, bit in _FLAGS if inner.flags & bit) or "no flags"
    return f"TCP {flags} seq {inner.seq}" + (f" {len(inner.data)} bytes" if inner.data else "")


def _udp(inner: Layer) -> str:
    if _DNS in (inner.sport, inner.dport):
        try:
            message = dpkt.dns.DNS(inner.data)
            names = ", ".join(question.name for question in message.qd)
        except _BROKEN:
            return f"UDP {len(inner.data)} bytes"
        what = f"answer ({len(message.an)}, code {message.rcode})" if message.qr else "query"
        return f"DNS {what} {names}"
    return f"UDP {len(inner.data)} bytes"


def _icmp(inner: Layer) -> str:
    return f"ICMP {_FOUR.get(inner.type, f'type {inner.type}')} (code {inner.code})"


def _icmp6(inner: Layer) -> str:
    return f"ICMPv6 {_SIX.get(inner.type, f'type {inner.type}')} (code {inner.code})"


_INNER: dict[type, Callable[[Layer], str]] = {
    dpkt.tcp.TCP: _tcp,
    dpkt.udp.UDP: _udp,
    dpkt.icmp.ICMP: _icmp,
    dpkt.icmp6.ICMP6: _icmp6,
}
