"""A train's openings are told by their sequence numbers, whatever else opens a connection to the same address."""

from __future__ import annotations

import pytest

from lab.probe.agent import headers
from lab.probe.agent.frames import ACK, SYN, TCP
from lab.probe.agent.syns import Sequences

FOUR = headers.ends("192.168.1.20", "203.0.113.80", 10000, 443)
SIX = headers.ends("2001:db8:300::20", "2001:db8:113::80", 10000, 443)


def _frame(between: headers.Ends, sequence: int, flags: int = SYN) -> bytes:
    kind = b"\x08\x00" if between.four else b"\x86\xdd"
    return bytes(12) + kind + headers.packet(between, TCP, headers.tcp(between, flags, b"", sequence), 1)


@pytest.mark.parametrize("between", [FOUR, SIX])
def test_an_opening_is_told_behind_an_address_translation_too(between: headers.Ends):
    mine = Sequences(between.target)
    assert [mine.number_of(_frame(between, mine.of(number))) for number in (0, 7, 7999)] == [0, 7, 7999]
    assert mine.number_of(_frame(between._replace(source_port=61000), mine.of(5))) == 5


@pytest.mark.parametrize("between", [FOUR, SIX])
def test_what_others_send_is_none_of_the_train(between: headers.Ends):
    mine = Sequences(between.target)
    assert mine.number_of(_frame(between, mine.of(1 << 16))) is None
    assert mine.number_of(_frame(between, mine.of(-1))) is None
    assert mine.number_of(_frame(between, mine.of(3), SYN | ACK)) is None
    back = headers.Ends(between.target, between.source, 443, 10000)
    assert mine.number_of(_frame(back, mine.of(3))) is None
    assert mine.number_of(bytes(12) + b"\x08\x00" + between.target) is None
