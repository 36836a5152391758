"""Crafted packets: what the attempt's shape says, as IP packets with the token in every one that has room for it.

The prober recognises them behind a device by the token wherever it stands (decapsulated, reassembled, cut anew), and in a
trace by the identification or flow label.
"""

# ruff: noqa: PLR2004 - offsets, lengths and numbers of wire formats

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from lab.probe.agent import headers
from lab.probe.agent.headers import ICMP, ICMPV6, MORE, SCTP, SYN, TCP, UDP, UDPLITE, Ends

_GRE, _AH, _NOTHING = 47, 51, 59
_HOP_BY_HOP, _ROUTING, _FRAGMENT, _OPTIONS = 0, 43, 44, 60
_PADDING = bytes((1, 4, 0, 0, 0, 0))  # PadN that fills an options header of eight bytes
_MTU = {True: 576, False: 1280}  # what a forged "too big" claims, by family
_REPEATED = 12  # times that a packet to be cut carries its token
_CUT = 64  # bytes of a usual fragment


class Order(NamedTuple):
    """What a builder needs."""

    attempt: dict[str, Any]
    between: Ends
    token: bytes
    number: int  # identification or flow label
    sequence: int = 1  # where the craft is inside a connection
    acknowledged: int = 0

    @property
    def parameter(self) -> int:
        return int(self.attempt["craft"]["number"])


def packets(order: Order) -> list[bytes]:
    """The packets of one attempt, in the order of sending. KeyError for a shape that is new here."""
    return _SHAPES[order.attempt["craft"]["shape"]](order)


def _transport(order: Order, payload: bytes) -> tuple[int, bytes]:
    """The attempt's own protocol, as a first packet."""
    protocol, between = order.attempt["protocol"], order.between
    if protocol == "tcp":
        return TCP, headers.tcp(between, SYN, payload)
    if protocol == "udp":
        return UDP, headers.udp(between, payload)
    return (ICMP if between.four else ICMPV6), headers.echo(between, payload)


def _plain(order: Order) -> list[bytes]:
    return [headers.packet(order.between, *_transport(order, order.token), order.number)]


def _protocol(order: Order) -> list[bytes]:
    protocol, between, token = order.parameter, order.between, order.token
    if not between.four and protocol in {_HOP_BY_HOP, _ROUTING, _FRAGMENT, _OPTIONS, _AH}:
        return [headers.packet(between, protocol, _before_udp(order, protocol), order.number)]
    made: dict[int, Callable[[], bytes]] = {
        TCP: lambda: headers.tcp(between, SYN, token),
        UDP: lambda: headers.udp(between, token),
        UDPLITE: lambda: headers.udp(between, token, UDPLITE),
        SCTP: lambda: headers.sctp(between, token),
        ICMP if between.four else ICMPV6: lambda: headers.echo(between, token),
        _GRE: lambda: struct.pack("!HH", 0, 0x6558) + token,
        _AH: lambda: struct.pack("!BBHII12x", _NOTHING, 4, 0, 1, 1) + token,
    }
    return [headers.packet(between, protocol, made.get(protocol, lambda: token)(), order.number)]


def _before_udp(order: Order, protocol: int) -> bytes:
    """An extension header with a datagram behind it."""
    head = {
        _ROUTING: struct.pack("!BBBB4x", UDP, 0, 253, 0),
        _FRAGMENT: struct.pack("!BxHI", UDP, 0, order.number),
        _AH: struct.pack("!BBHII12x", UDP, 4, 0, 1, 1),
    }.get(protocol, bytes((UDP, 0)) + _PADDING)
    return head + headers.udp(order.between, order.token)


def _inside_ends(order: Order) -> Ends:
    inner = order.attempt["craft"]["inner"]
    return headers.ends(inner["source"], inner["destination"], inner["source_port"], inner["port"])


def _tunnel(order: Order) -> list[bytes]:
    inner = _inside_ends(order)
    carried = headers.packet(inner, UDP, headers.udp(inner, order.token), order.number)
    if order.parameter == _GRE:
        carried = struct.pack("!HH", 0, 0x0800 if inner.four else 0x86DD) + carried
    return [headers.packet(order.between, order.parameter, carried, order.number)]


def _next_stop(order: Order) -> bytes:
    """Where a source-routed packet goes after its destination."""
    if order.attempt["craft"]["inner"] is None:
        return order.between.target
    return _inside_ends(order).target


def _option(order: Order) -> list[bytes]:
    kind = order.parameter
    if kind == 7:  # record route: room for two addresses
        option = bytes((kind, 11, 4)) + bytes(9)
    elif kind == 68:  # timestamps alone: room for two
        option = bytes((kind, 12, 5, 0)) + bytes(8)
    else:  # loose and strict source routing: one more stop
        option = bytes((kind, 7, 4)) + _next_stop(order) + b"\0"
    return [headers.packet(order.between, *_transport(order, order.token), order.number, options=option)]


def _routing(order: Order) -> list[bytes]:
    protocol, body = _transport(order, order.token)
    # one segment left; type 4 counts its last entry where the others have four empty bytes (RFC 5095, 6275, 8754)
    head = struct.pack("!BBBB4x", protocol, 2, order.parameter, 1) + _next_stop(order)
    return [headers.packet(order.between, _ROUTING, head + body, order.number)]


def _flags(order: Order) -> list[bytes]:
    body = headers.tcp(order.between, order.parameter, order.token, 1000, 1000 if order.parameter & 0x10 else 0)
    return [headers.packet(order.between, TCP, body, order.number)]


def _inside(order: Order) -> list[bytes]:
    body = headers.tcp(order.between, 0x18, order.token, order.sequence, order.acknowledged)
    return [headers.packet(order.between, TCP, body, order.number)]


def _error(order: Order) -> list[bytes]:
    between, inner = order.between, _inside_ends(order)
    quoted = headers.packet(inner, TCP, headers.tcp(inner, 0x10, order.token), 1)
    kind, code = divmod(order.parameter, 256)
    rest = struct.pack("!I", _MTU[between.four]) if (kind, code) in {(3, 4), (2, 0)} else bytes(4)
    if between.four and kind == 5:
        rest = between.source  # "go by way of me"
    protocol = ICMP if between.four else ICMPV6
    return [headers.packet(between, protocol, headers.icmp(between, kind, code, rest, quoted), order.number)]


def _cut(order: Order, protocol: int, body: bytes, spans: list[tuple[int, int]]) -> list[bytes]:
    """Fragments of `body`, as (start, end); starts are multiples of eight."""
    found = []
    for start, end in spans:
        more, piece = end < len(body), body[start:end]
        if order.between.four:
            found.append(
                headers.packet(
                    order.between, protocol, piece, order.number, fragment=start // 8 | (MORE if more else 0)
                )
            )
        else:
            head = struct.pack("!BxHI", protocol, start | more, order.number)
            found.append(headers.packet(order.between, _FRAGMENT, head + piece, order.number))
    return found


def _pieces(order: Order) -> list[bytes]:
    protocol, body = _transport(order, order.token * _REPEATED)
    end = len(body)
    spans = {
        "pieces": [(0, _CUT), (_CUT, end)],
        "tiny": [(0, 8), (8, end)],
        "hole": [(0, _CUT), (2 * _CUT, end)],
        "first": [(0, _CUT)],
        "last": [(_CUT, end)],
        "atomic": [(0, end)],
    }[order.attempt["craft"]["shape"]]
    return _cut(order, protocol, body, spans)


def _overlap(order: Order) -> list[bytes]:
    protocol, body = _transport(order, order.token * _REPEATED)
    other = order._replace(between=order.between._replace(port=9))
    _, changed = _transport(other, order.token * _REPEATED)
    first, *_ = _cut(order, protocol, body, [(0, _CUT)])
    return [first, *_cut(order, protocol, changed, [(0, _CUT + 32), (_CUT + 32, len(changed))])]


def _hidden(order: Order) -> list[bytes]:
    protocol, body = _transport(order, order.token * _REPEATED)
    chain = bytes((protocol, 7)) + bytes((1, 60)) + bytes(60)  # 64 bytes of options that mean nothing
    return _cut(order, _OPTIONS, chain + body, [(0, len(chain)), (len(chain), len(chain) + len(body))])


def _chain(order: Order) -> list[bytes]:
    protocol, body = _transport(order, order.token)
    for _ in range(order.parameter):
        body, protocol = bytes((protocol, 0)) + _PADDING + body, _OPTIONS
    return [headers.packet(order.between, protocol, body, order.number)]


_SHAPES: dict[str, Callable[[Order], list[bytes]]] = {
    "plain": _plain,
    "protocol": _protocol,
    "tunnel": _tunnel,
    "option": _option,
    "routing": _routing,
    "flags": _flags,
    "inside": _inside,
    "error": _error,
    **dict.fromkeys(("pieces", "tiny", "hole", "first", "last", "atomic"), _pieces),
    "overlap": _overlap,
    "hidden": _hidden,
    "chain": _chain,
}
