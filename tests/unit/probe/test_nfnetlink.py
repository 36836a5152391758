"""Kernel trace events, built as the kernel builds them."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from lab.probe.agent.nfnetlink import Changed, Step, _events

TRACE, RULE, GENERATION, GONE = 0xA11, 0xA06, 0xA0F, 0xA02


def attribute(kind, value):
    length = 4 + len(value)
    return struct.pack("=HH", length, kind) + value + bytes(-length % 4)


def message(kind, family, *attributes):
    body = struct.pack("=BBH", family, 0, 0) + b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body


def number(value, size=4):
    return value.to_bytes(size, "big", signed=value < 0)


def verdict(code, chain=None):
    nested = attribute(1, number(code)) + (attribute(2, chain + b"\0") if chain else b"")
    return attribute(5 | 0x8000, nested)


BASE = (attribute(1, b"sanso\0"), attribute(2, b"forward\0"), attribute(6, number(77)))


def step(*attributes, family=1):
    (found,) = _events(message(TRACE, family, *BASE, *attributes))
    return found


def test_rule_with_a_verdict():
    found = step(attribute(4, number(3)), attribute(3, number(28, 8)), verdict(0), attribute(9, b"head"))
    assert found == Step(77, "inet sanso", "forward", 28, False, "drop", b"", b"head")  # noqa: FBT003


def test_verdicts():
    rule = (attribute(4, number(3)), attribute(3, number(1, 8)))
    assert step(*rule, verdict(1)).verdict == "accept"
    assert step(*rule, verdict(-1)).verdict == "continue"
    assert step(*rule, verdict(-3, b"mn_lg")).verdict == "jump mn_lg"
    assert step(*rule, verdict(-4, b"last")).verdict == "goto last"
    assert step(*rule, verdict(-5)).verdict == "return"


def test_policy():
    found = step(attribute(4, number(1)), attribute(16, number(0)))
    assert (found.policy, found.handle, found.verdict) == (True, 0, "drop")
    assert step(attribute(4, number(1)), attribute(16, number(1))).verdict == "accept"


def test_families():
    assert step(attribute(4, number(1)), family=10).table == "ip6 sanso"
    assert step(attribute(4, number(1)), family=2).table == "ip sanso"


def test_changes():
    data = (
        message(RULE, 1, attribute(1, b"sanso_probe\0"))
        + message(GENERATION, 0)
        + message(GONE, 1, attribute(1, b"x\0"))
    )
    assert list(_events(data)) == [
        Changed("rule", "inet sanso_probe"),
        Changed("commit", ""),
        Changed("gone", "inet x"),
    ]


def test_other_subsystems_are_passed_over():
    assert list(_events(message(0x111, 1) + message(GENERATION, 0))) == [Changed("commit", "")]


@given(st.binary(max_size=80))
def test_garbage_ends(data):
    list(_events(struct.pack("=IHHII", 16 + len(data), GENERATION, 0, 0, 0) + data))
    list(_events(data))
