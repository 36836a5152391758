"""NTP packets, as a server would send them back."""

import struct

import pytest

from lab.probe.agent import clock

PACKET = struct.Struct("!BBbb4s4s4sQQQQ")


def reply(asked, *, first=4 << 3 | 4, stratum=8, origin=None, ahead=0.0):
    sent = PACKET.unpack(asked)[-1]
    there = sent + int(ahead * (1 << 32))
    return PACKET.pack(
        first, stratum, 0, -20, bytes(4), bytes(4), b"\x7f\x7f\x01\x01", there, origin or sent, there, there
    )


def test_a_question_is_a_client_packet_with_a_token_of_its_own():
    one, other = clock.question(), clock.question()
    assert (len(one), one[0] & 7, one[0] >> 3 & 7) == (48, 3, 4)
    assert one[4:16] != other[4:16]


def test_a_synchronised_server_is_heard():
    asked = clock.question()
    ok, told = clock.answer(asked, reply(asked))
    assert ok
    assert (told["mode"], told["stratum"], told["leap"], told["matches"]) == (4, 8, 0, True)
    assert abs(told["offset"]) < 0.5


def test_the_offset_is_the_servers_clock_less_ours():
    asked = clock.question()
    _, told = clock.answer(asked, reply(asked, ahead=30.0))
    assert told["offset"] == pytest.approx(30.0, abs=0.5)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"first": 3 << 6 | 4 << 3 | 4, "stratum": 0}, "has no time itself"),
        ({"stratum": 16}, "has no time itself"),
        ({"first": 4 << 3 | 3}, "not the answer"),
        ({"origin": 1}, "not the answer"),
    ],
)
def test_other_answers_are_none(changes, word):
    asked = clock.question()
    ok, told = clock.answer(asked, reply(asked, **changes))
    assert not ok
    assert word in told["error"]


def test_a_stump_is_no_answer():
    assert clock.answer(clock.question(), b"\x24" * 20)[0] is False
