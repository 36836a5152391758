"""A question for a name as it goes over the wire (RFC 1035, 4.1)."""

from __future__ import annotations

from lab.verify.questions import _query


def test_question_is_whole():
    made = _query("ab.canary.test")
    assert made[2:12].hex() == "01000001000000000000"
    assert made[12:] == b"\x02ab\x06canary\x04test\x00" + bytes.fromhex("00100001")
    assert made[:2] != _query("ab.canary.test")[:2] or made[:2] != _query("ab.canary.test")[:2]
