"""The tap's BPF program, run by a small interpreter: it may only leave out what can tell nothing."""

import struct

import pytest

from lab.probe.agent.tap import _FILTER


def keeps(frame):  # noqa: C901 - one branch for each instruction
    """Classic BPF as far as the program uses it."""
    a = x = at = 0
    while True:
        code, true, false, k = _FILTER[at]
        at += 1
        if code == 0x28:
            a = int.from_bytes(frame[k : k + 2], "big")
        elif code == 0x30:
            a = frame[k] if k < len(frame) else 0
        elif code == 0x48:
            a = int.from_bytes(frame[x + k : x + k + 2], "big")
        elif code == 0x35:
            at += true if a >= k else false
        elif code == 0x50:
            a = frame[x + k] if x + k < len(frame) else 0
        elif code == 0xB1:
            x = (frame[k] & 0x0F) * 4
        elif code == 0x15:
            at += true if a == k else false
        elif code == 0x45:
            at += true if a & k else false
        elif code == 0x06:
            return k
        else:
            raise AssertionError(f"unknown code {code:#x}")


def four(protocol, body=b"", *, fragment=0, words=5):
    head = struct.pack("!BBHHHBBH8x", 0x40 | words, 0, 60, 1, fragment, 64, protocol, 0)
    return bytes(12) + b"\x08\x00" + head + bytes((words - 5) * 4) + body


def six(following, body=b""):
    return bytes(12) + b"\x86\xdd" + struct.pack("!IHBB32x", 6 << 28, 20, following, 64) + body


def tcp(flags, sport=40000, dport=443):
    return sport.to_bytes(2, "big") + dport.to_bytes(2, "big") + bytes(9) + bytes([flags]) + bytes(6)


@pytest.mark.parametrize(
    "frame",
    [four(6, tcp(0x02)), four(6, tcp(0x12)), four(6, tcp(0x04)), four(6, tcp(0x14)), four(6, tcp(0x02), words=7),
     four(6, tcp(0x10), fragment=3), four(17, bytes(20)), four(1), four(47), six(6, tcp(0x02)), six(6, tcp(0x14)), six(17),
     six(58), six(44), four(6, tcp(0x10, 61000)), four(6, tcp(0, 65535), words=8), six(6, tcp(0x01, 61000)),
     four(6, tcp(0x10, 443, 61000)), six(6, tcp(0x10, 443, 61000)), four(6, bytes(8), fragment=0x2000),
     bytes(12) + b"\x81\x00" + bytes(60)],
)  # fmt: skip
def test_kept(frame):
    assert keeps(frame)


@pytest.mark.parametrize(
    "frame",
    [four(6, tcp(0x10)), four(6, tcp(0x18)), four(6, tcp(0x11)), four(6, tcp(0x10), words=8), six(6, tcp(0x10)),
     four(6, tcp(0x10, 60999)), six(6, tcp(0x10, 60999)),
     bytes(12) + b"\x08\x06" + bytes(40)],
)  # fmt: skip
def test_left_out(frame):
    assert not keeps(frame)


def test_no_jump_leads_outside():
    for at, (code, true, false, _) in enumerate(_FILTER):
        if code in {0x15, 0x35, 0x45}:
            assert at + 1 + max(true, false) < len(_FILTER)
