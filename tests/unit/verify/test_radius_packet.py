"""RADIUS packets against RFC 2865 and RFC 3579, computed here a second time."""

import hmac
from hashlib import md5

import pytest

from lab.verify.radius_packet import START, STOP, accounting, answer, request

SECRET = b"xyzzy5461"


def attributes(packet):
    rest, found = packet[20:], {}
    while rest:
        found.setdefault(rest[0], rest[2 : rest[1]])
        rest = rest[rest[1] :]
    return found


def blanked(packet):
    return packet[:-16] + bytes(16)


def test_a_request_begins_eap_and_carries_a_right_authenticator():
    packet = request("tele-01@sanso.test", "02-11", SECRET)
    found = attributes(packet)
    assert (packet[0], int.from_bytes(packet[2:4])) == (1, len(packet))
    assert found[1] == b"tele-01@sanso.test"
    assert found[79][4:] == b"\x01tele-01@sanso.test"
    assert int.from_bytes(found[79][2:4]) == len(found[79])
    assert found[80] == hmac.digest(SECRET, blanked(packet), "md5")


def test_flawed_requests_differ_in_that_alone():
    absent, wrong = (request("a", "b", SECRET, signed=how) for how in ("absent", "wrong"))
    assert 80 not in attributes(absent)
    assert attributes(wrong)[80] != hmac.digest(SECRET, blanked(wrong), "md5")
    other = request("a", "b", b"testing123")
    assert attributes(other)[80] != hmac.digest(SECRET, blanked(other), "md5")


def test_a_password_is_hidden_as_rfc_2865_says():
    packet = request("a", "b", SECRET, password="arctangent")
    mask = md5(SECRET + packet[4:20]).digest()
    assert bytes(a ^ b for a, b in zip(attributes(packet)[2], mask, strict=True)) == b"arctangent".ljust(16, b"\0")


def answered(asked, *, code=11, secret=SECRET, signed=True):
    rest = b"\x12\x05why" + (b"\x50\x12" + bytes(16) if signed else b"")
    head = bytes((code, asked[1])) + (20 + len(rest)).to_bytes(2)
    if signed:
        rest = rest[:-16] + hmac.digest(secret, head + asked[4:20] + rest, "md5")
    return head + md5(head + asked[4:20] + rest + secret).digest() + rest


@pytest.mark.parametrize(
    ("made", "genuine"), [({}, True), ({"secret": b"another"}, False), ({"signed": False}, False), ({"code": 3}, True)]
)
def test_an_answer_is_genuine_with_both_authenticators(made, genuine):
    asked = request("a", "b", SECRET)
    told = answer(answered(asked, **made), asked, SECRET)
    assert (told.code, told.genuine) == (made.get("code", 11), genuine)


def test_what_is_no_answer_to_this_request():
    asked = request("a", "b", SECRET)
    good = answered(asked)
    assert answer(b"", asked, SECRET) is None
    assert answer(good[:-1], asked, SECRET) is None
    assert answer(bytes((11, (asked[1] + 1) % 256)) + good[2:], asked, SECRET) is None


@pytest.mark.parametrize(("status", "cause"), [(START, None), (STOP, b"\0\0\0\x01")])
def test_a_session_is_told_with_what_the_server_gave_for_it(status, cause):
    packet = accounting(status, "a@b", "02-11", "02-00:net", b"lg 1e8e lg", SECRET)
    found = attributes(packet)
    assert (packet[0], int.from_bytes(packet[2:4])) == (4, len(packet))
    assert packet[4:20] == md5(packet[:4] + bytes(16) + packet[20:] + SECRET).digest()
    assert (found[40], found[25], found[30], found[31]) == (
        bytes((0, 0, 0, status)),
        b"lg 1e8e lg",
        b"02-00:net",
        b"02-11",
    )
    assert found.get(49) == cause
