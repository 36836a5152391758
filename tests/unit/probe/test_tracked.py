"""Source ports that no router knows for the same ends. Messages as the kernel builds them."""

import socket
import struct
from contextlib import contextmanager

import pytest

from lab.probe.agent import tracked
from lab.probe.agent.sender import Ports
from lab.probe.agent.tracer import FIRST, LAST
from lab.probe.agent.tracked import End

FLOW = {"source": "lg-app", "address": "10.90.0.10", "port": 6514}
ALL = set(range(FIRST, LAST + 1))


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def entry(address, **protocol):
    six = ":" in address
    there = socket.inet_pton(socket.AF_INET6 if six else socket.AF_INET, address)
    ip = attribute(3 if six else 1, bytes(len(there))) + attribute(4 if six else 2, there)
    kinds = {"number": (1, 1), "source_port": (2, 2), "port": (3, 2), "echo": (4, 2), "echo6": (7, 2)}
    numbers = b"".join(
        attribute(kinds[name][0], value.to_bytes(kinds[name][1], "big")) for name, value in protocol.items()
    )
    original = attribute(1 | 0x8000, attribute(1 | 0x8000, ip) + attribute(2 | 0x8000, numbers))
    return message(1 << 8, struct.pack("=BBH", 10 if six else 2, 0, 0) + original)


def message(kind, body):
    return struct.pack("=IHHII", 16 + len(body), kind, 2, 1, 0) + body


@pytest.fixture
def kernel(monkeypatch):
    """What it says to a question, in that many pieces."""
    pieces = []

    class Netlink:
        def settimeout(self, seconds):
            assert seconds

        def send(self, data):
            assert struct.unpack_from("=IHH", data) == (len(data), 0x101, 0x301)

        def recv(self, size):
            assert size >= 1 << 15
            return pieces.pop(0)

    @contextmanager
    def made(*_):
        yield Netlink()

    monkeypatch.setattr(tracked.socket, "socket", made)
    return pieces


def test_every_flow_of_both_families_is_told(kernel):
    kernel += [
        entry("10.90.0.10", number=6, source_port=64738, port=6514) + entry("fd53::1", number=58, echo6=61001),
        entry("10.90.0.10", number=1, echo=61002) + entry("10.10.0.1", number=47),
        message(3, bytes(4)),
    ]
    assert tracked.tracked() == {
        End("10.90.0.10", 6514, 64738),
        End("fd53::1", None, 61001),
        End("10.90.0.10", None, 61002),
    }


def test_a_kernel_that_refuses_is_an_error(kernel):
    kernel += [message(2, struct.pack("=i", -1) + bytes(16))]
    with pytest.raises(PermissionError, match="tracks"):
        tracked.tracked()


def test_a_port_that_a_router_knows_for_these_ends_is_passed_over():
    ports = Ports(End("10.90.0.10", 6514, port) for port in ALL - {61007, 64000})
    assert {ports.fresh(FLOW) for _ in range(2)} == {61007, 64000}
    assert {ports.fresh({**FLOW, "port": 443}) for _ in range(4000)} == ALL  # for others it is as good as any


def test_no_port_comes_twice_for_the_same_ends_before_all_have():
    ports = Ports()
    seen = []
    for _ in range(len(ALL)):
        seen.append(ports.fresh(FLOW))
        for target in ("10.10.0.10", "10.30.0.10"):
            ports.fresh({**FLOW, "address": target})
    assert set(seen) == ALL
    assert ports.fresh(FLOW) in ALL
