"""The kernel's own nftables events: trace steps and changes of the ruleset, read from a netlink socket.

Kernel events name rules by handle and carry the packet's headers, so that nothing has to be guessed from printed text
(linux/netfilter/nf_tables.h, nfnetlink.h).
"""

# ruff: noqa: PLR2004 - offsets and lengths of a wire format

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

NETLINK_NETFILTER, _SOL_NETLINK, _ADD_MEMBERSHIP, _SO_RCVBUFFORCE = 12, 270, 1, 33
_GROUP_TABLES, _GROUP_TRACE = 7, 9
_SUBSYSTEM = 10 << 8
_TRACE, _NEW_RULE, _NEW_ELEMENT, _DELETE_TABLE, _NEW_GENERATION = 17, 6, 12, 2, 15
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ATTRIBUTE = struct.Struct("=HH")
NETFILTER = 4  # family, version, resource
_BUFFER = 32 << 20
_FAMILIES = {1: "inet", 2: "ip", 3: "arp", 5: "netdev", 7: "bridge", 10: "ip6"}
_RULE, _POLICY = 3, 1
# attributes of a trace event
_T_TABLE, _T_CHAIN, _T_HANDLE, _T_TYPE, _T_VERDICT, _T_ID, _T_LINK, _T_NETWORK, _T_TRANSPORT = range(1, 10)
_T_POLICY = 16
_VERDICTS = {0: "drop", 1: "accept", 2: "stolen", 3: "queue", 4: "repeat", -1: "continue", -2: "break", -5: "return"}
_WITH_CHAIN = {-3: "jump", -4: "goto"}


class Step(NamedTuple):
    """One trace event. `handle` 0: no rule, either the chain's policy or the mere end of a chain."""

    trace: int
    table: str
    chain: str
    handle: int
    policy: bool
    verdict: str
    network: bytes  # the packet's headers, where the event carries them
    transport: bytes
    link: bytes = b""


class Changed(NamedTuple):
    """The ruleset: a rule or element added ("rule", "element"), a table gone ("gone"), a transaction ended ("commit")."""

    what: str
    table: str


class Events:
    """Readable when the kernel has something to say about nftables in the namespace that this was made in."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_NETFILTER)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        self.socket.bind((0, 0))
        for group in (_GROUP_TABLES, _GROUP_TRACE):
            self.socket.setsockopt(_SOL_NETLINK, _ADD_MEMBERSHIP, group)
        self.socket.settimeout(0)
        self.overrun = False  # the kernel had more to say than there was room for

    def read(self) -> Iterator[Step | Changed]:
        """All that waits."""
        while True:
            try:
                data = self.socket.recv(1 << 16)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                self.overrun = True
                continue
            yield from _events(data)


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each netlink message."""
    offset = 0
    while offset + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, offset)
        yield kind, data[offset + _HEADER.size : offset + length]
        offset += max(_HEADER.size, (length + 3) & ~3)


def _events(data: bytes) -> Iterator[Step | Changed]:
    for kind, body in messages(data):
        if kind & 0xFF00 != _SUBSYSTEM:
            continue
        found = _trace(body) if kind & 0xFF == _TRACE else _change(kind & 0xFF, body)
        if found is not None:
            yield found


def attributes(data: bytes) -> dict[int, bytes]:
    """Type and value of each attribute; the last of a type counts."""
    found, offset = {}, 0
    while offset + 4 <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, offset)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[offset + 4 : offset + length]
        offset += (length + 3) & ~3
    return found


def _text(value: bytes) -> str:
    return value.rstrip(b"\0").decode(errors="replace")


def _trace(body: bytes) -> Step | None:
    told = attributes(body[NETFILTER:])
    kind = int.from_bytes(told.get(_T_TYPE, b""), "big")
    if kind not in {_RULE, _POLICY}:
        return None
    policy = kind == _POLICY
    if policy:
        verdict = _VERDICTS.get(int.from_bytes(told.get(_T_POLICY, b"\1"), "big"), "?")
    else:
        verdict = _verdict(told.get(_T_VERDICT, b""))
    return Step(
        int.from_bytes(told[_T_ID], "big"),
        f"{_FAMILIES.get(body[0], str(body[0]))} {_text(told[_T_TABLE])}",
        _text(told[_T_CHAIN]),
        int.from_bytes(told.get(_T_HANDLE, b""), "big"),
        policy,
        verdict,
        told.get(_T_NETWORK, b""),
        told.get(_T_TRANSPORT, b""),
        told.get(_T_LINK, b""),
    )


def _verdict(nested: bytes) -> str:
    told = attributes(nested)
    code = int.from_bytes(told.get(1, b""), "big", signed=True)
    if code in _WITH_CHAIN:
        return f"{_WITH_CHAIN[code]} {_text(told.get(2, b''))}"
    return _VERDICTS.get(code, str(code))


def _change(kind: int, body: bytes) -> Changed | None:
    if kind == _NEW_GENERATION:
        return Changed("commit", "")
    what = {_NEW_RULE: "rule", _NEW_ELEMENT: "element", _DELETE_TABLE: "gone"}.get(kind)
    if what is None:
        return None
    table = _text(attributes(body[NETFILTER:]).get(1, b""))
    return Changed(what, f"{_FAMILIES.get(body[0], str(body[0]))} {table}")
