"""The request that a suite makes of a desktop, and the answers it takes."""

from lab.record import Application
from lab.verify import rdp


def told(answer):
    return rdp.shown(Application.model_construct(ok=True, detail={"heard": answer}))


def test_request_says_its_own_length_and_ends_with_tls():
    made = rdp.request("somebody")
    assert made[:2] == b"\x03\x00"
    assert int.from_bytes(made[2:4], "big") == len(made)
    assert made[4] == len(made) - 5
    assert b"Cookie: mstshash=somebody\r\n" in made
    assert made.endswith(bytes.fromhex("0100080001000000"))


def test_a_desktop_that_chooses_tls_is_one():
    assert told("030000130ed000001234000201080001000000").ok


def test_a_refusal_or_rdps_own_security_or_nothing_is_none():
    assert not told("030000130ed000001234000301080005000000").ok
    assert not told("030000130ed000001234000201080000000000").ok
    assert not told("").ok
