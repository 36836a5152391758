"""Classic BPF: a person's filter expression compiled by libpcap, behind a gate that lets some interfaces' frames in."""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Collection

Program = list[tuple[int, int, int, int]]  # code, jump if true, jump if false, operand

SNAP = 65535
_LOAD, _EQUAL, _GO, _RETURN = 0x20, 0x15, 0x05, 0x06
_INDEX = 0xFFFFF000 + 8  # SKF_AD_OFF + SKF_AD_IFINDEX: the interface, which is no part of the frame
NOTHING: Program = [(_RETURN, 0, 0, 0)]
_SO_ATTACH_FILTER = 26
_LINE = struct.Struct("=HBBI")
_ETHERNET = 1  # DLT_EN10MB
_ANY_MASK = 0xFFFFFFFF  # PCAP_NETMASK_UNKNOWN


class _Compiled(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint), ("lines", ctypes.c_void_p))


def compile_expression(expression: str) -> Program:
    """What tcpdump would make of it for Ethernet. ValueError with libpcap's own words; an empty one takes everything."""
    pcap = ctypes.CDLL("libpcap.so.0.8")
    pcap.pcap_open_dead.restype = ctypes.c_void_p
    pcap.pcap_geterr.restype = ctypes.c_char_p
    handle = ctypes.c_void_p(pcap.pcap_open_dead(_ETHERNET, SNAP))
    compiled = _Compiled()
    try:
        text = expression.encode()
        if pcap.pcap_compile(handle, ctypes.byref(compiled), text, 1, ctypes.c_uint(_ANY_MASK)):
            raise ValueError(pcap.pcap_geterr(handle).decode(errors="replace"))
        code = ctypes.string_at(compiled.lines, compiled.length * _LINE.size) if compiled.lines else b""
        pcap.pcap_freecode(ctypes.byref(compiled))
    finally:
        pcap.pcap_close(handle)
    return list(_LINE.iter_unpack(code))


def behind_gate(indexes: Collection[int], program: Program) -> Program:
    """`program` for the frames of these interfaces, nothing for all others. Its jumps are relative: it moves as it is."""
    gate: Program = [(_LOAD, 0, 0, _INDEX)]
    rest = len(indexes)
    for index in sorted(indexes):
        rest -= 1
        # two lines each: a conditional jump reaches 255 lines only
        gate += [(_EQUAL, 0, 1, index), (_GO, 0, 0, 2 * rest + 1)]
    return [*gate, *NOTHING, *program]


def attach(target: socket.socket, program: Program) -> None:
    """Let the kernel keep every frame away from the socket that the program doesn't take. OSError if it refuses it."""
    buffer = ctypes.create_string_buffer(b"".join(_LINE.pack(*line) for line in program))
    target.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(program), ctypes.addressof(buffer)))
