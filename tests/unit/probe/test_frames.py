"""What the agent reads out of frames: packets built by hand, and anything at all."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.probe.agent.frames import read

TOKEN = bytes(range(16))
ENDS4 = (socket.inet_aton("10.0.0.1"), socket.inet_aton("10.0.0.2"))
ENDS6 = (socket.inet_pton(socket.AF_INET6, "fd00::1"), socket.inet_pton(socket.AF_INET6, "fd00::2"))


def four(protocol, body, *, fragment=0, options=b""):
    words = 5 + len(options) // 4
    head = struct.pack("!BBHHHBBH", 0x40 | words, 0, words * 4 + len(body), 1, fragment, 64, protocol, 0)
    return bytes(12) + b"\x08\x00" + head + ENDS4[0] + ENDS4[1] + options + body


def six(protocol, body, extra=b""):
    head = struct.pack("!IHBB", 6 << 28, len(extra) + len(body), protocol, 64)
    return bytes(12) + b"\x86\xdd" + head + ENDS6[0] + ENDS6[1] + extra + body


def tcp(flags, sequence=7, acknowledged=0):
    return struct.pack("!HHIIBBHHH", 61000, 443, sequence, acknowledged, 0x50, flags, 1000, 0, 0)


def udp(payload=TOKEN):
    return struct.pack("!HHHH", 61000, 53, 8 + len(payload), 0) + payload


def echo(kind, payload=TOKEN):
    return struct.pack("!BBHHH", kind, 0, 0, 61000, 1) + payload


@pytest.mark.parametrize(
    ("frame", "key", "role"),
    [
        (four(6, tcp(0x02)), ("tcp", 7), "token"),
        (six(6, tcp(0x02)), ("tcp", 7), "token"),
        (four(6, tcp(0x02), options=b"\x01" * 8), ("tcp", 7), "token"),
        (four(6, tcp(0xC2)), ("tcp", 7), "token"),  # with ECN
        (four(6, tcp(0x12, 99, 8)), ("tcp", 7), "connected"),
        (four(6, tcp(0x14, 0, 8)), ("tcp", 7), "refused"),
        (four(6, tcp(0x12, 99, 0)), ("tcp", 0xFFFFFFFF), "connected"),
        (four(17, udp()), ("udp", TOKEN), "token"),
        (six(17, udp(TOKEN + b"more")), ("udp", TOKEN), "token"),
        (four(1, echo(8)), ("icmp", TOKEN), "token"),
        (four(1, echo(0)), ("icmp", TOKEN), "replied"),
        (six(58, echo(128)), ("icmp", TOKEN), "token"),
        (six(58, echo(129)), ("icmp", TOKEN), "replied"),
        (six(0, udp(), struct.pack("!BB6x", 17, 0)), ("udp", TOKEN), "token"),  # behind a hop-by-hop header
        (six(44, udp(), struct.pack("!BBHI", 17, 0, 1, 9)), ("udp", TOKEN), "token"),  # first fragment
    ],
)
def test_tokens_and_answers(frame, key, role):
    told = read(frame)
    assert (told.key, told.role) == (key, role)


def quoting(kind, code, inner):
    return struct.pack("!BBHI", kind, code, 0, 0) + inner


@pytest.mark.parametrize(
    ("frame", "key", "role"),
    [
        (four(1, quoting(3, 3, four(17, udp())[14:])), ("udp", TOKEN), "refused"),
        (four(1, quoting(3, 13, four(6, tcp(2))[14:42])), ("tcp", 7), "unreachable"),
        (four(1, quoting(11, 0, four(1, echo(8))[14:])), ("icmp", TOKEN), "unreachable"),
        (six(58, quoting(1, 4, six(17, udp())[14:])), ("udp", TOKEN), "refused"),
        (six(58, quoting(1, 1, six(6, tcp(2))[14:])), ("tcp", 7), "unreachable"),
        (six(58, quoting(1, 1, six(58, echo(128))[14:])), ("icmp", TOKEN), "unreachable"),
    ],
)
def test_errors_that_quote_a_token_are_answers_not_sightings(frame, key, role):
    told = read(frame)
    assert (told.key, told.role) == (key, role)


@pytest.mark.parametrize(
    "frame",
    [
        four(6, tcp(0x10)),  # data
        four(17, udp(), fragment=1),
        six(44, udp(), struct.pack("!BBHI", 17, 0, 8 << 3, 9)),
        four(47, udp()),
        four(6, b""),
        bytes(12) + b"\x08\x06" + bytes(40),  # ARP
        four(1, quoting(3, 3, b"")),
        four(1, quoting(5, 0, four(17, udp())[14:])),  # a redirect is no answer
    ],
)
def test_what_tells_nothing(frame):
    assert read(frame) is None


def test_ends_are_told():
    assert read(four(6, tcp(0x02))).ends == (ENDS4[0], 61000, ENDS4[1], 443)
    assert read(four(1, echo(8))).ends == (ENDS4[0], 61000, ENDS4[1], 0)


@given(st.binary(max_size=120))
def test_anything_is_read_without_a_crash(data):
    read(data)
    read(bytes(12) + b"\x08\x00" + data)
    read(bytes(12) + b"\x86\xdd" + data)


@given(st.sampled_from([four(6, tcp(2)), six(58, quoting(1, 4, six(17, udp())[14:])), four(17, udp())]), st.data())
def test_cut_frames_are_read_without_a_crash(frame, data):
    read(frame[: data.draw(st.integers(0, len(frame)))])
