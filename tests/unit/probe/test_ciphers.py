"""Encrypted data frames against the test vectors of IEEE 802.11 (Annex J: CCMP, GCMP; 802.11ac for keys of 256 bits)."""

from __future__ import annotations

import pytest

from lab.probe.air.ciphers import KEY_BYTES, read_protected
from lab.probe.air.keys import Key

SHORT = "c97c1f67ce371185514a8a19f2bdd52f"
LONG = SHORT + "000102030405060708090a0b0c0d0e0f"
CCMP_HEAD = "0848c32c0fd2e128a57c5030f1844408abaea5b8fcba8033" + "0ce70020769703b5"
CCMP_TEXT = "f8ba1a55d02f85ae967bb62fb6cda8eb7e78a050"
GCMP_HEAD = "88480b000fd2e128a57c5030f18444085030f184440880330300" + "082b00205f5f8900"
GCMP_TEXT = bytes(range(40)).hex()
VECTORS = [
    ("CCMP-128", SHORT, CCMP_HEAD, "f3d0a2fe9a3dbf2342a643e43246e80c3c04d019" + "7845ce0b16f97623", CCMP_TEXT),
    ("CCMP-256", LONG, CCMP_HEAD,
     "6d155d8832668256d6a92b78e11d8e54495dd174" + "80aa56c9492e882b97642f80d50fe97b", CCMP_TEXT),
    ("GCMP-128", SHORT, GCMP_HEAD,
     ("60e9700cc4d40ac6d288b201c38f5bf08b807442640a1596e5dbdad41d1f3623f45d7a12db7afb23"
     "def619c2a374b6df66ffa53b6c69d79e"), GCMP_TEXT),
    ("GCMP-256", LONG, GCMP_HEAD,
     ("658343c8b14447d9211defd46ad89c710c6fc33333236e3997b9176a5a8be779b21266555e70ad79"
     "114316859095473d5b1bd596b3dea3bf"), GCMP_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("cipher", "key", "head", "body", "text"), VECTORS, ids=[one[0] for one in VECTORS])
def test_vector_of_the_standard_is_opened_by_its_key_alone(cipher, key, head, body, text):
    frame = read_protected(bytes.fromhex(head + body))
    assert frame is not None
    right = Key(bytes.fromhex(key))
    assert len(right) == KEY_BYTES[cipher]
    assert frame.opened(cipher, right) == bytes.fromhex(text)
    assert frame.opened(cipher, right.spoilt()) is None


@pytest.mark.parametrize(("cipher", "key", "head", "body", "text"), VECTORS, ids=[one[0] for one in VECTORS])
def test_frame_that_was_changed_is_not_opened(cipher, key, head, body, text):
    del text
    whole = bytearray(bytes.fromhex(head + body))
    for place in (5, 22, len(head) // 2, len(whole) - 1):  # an address, the fragment's number, the text, its code
        changed = whole.copy()
        changed[place] ^= 1
        frame = read_protected(bytes(changed))
        assert frame is not None
        assert frame.opened(cipher, Key(bytes.fromhex(key))) is None


def test_what_may_change_on_the_way_is_not_covered():
    """Sequence number, retry bit: of frames that are sent again."""
    _, key, head, body, text = VECTORS[0]
    changed = bytearray(bytes.fromhex(head + body))
    changed[1] ^= 0x08
    changed[23] ^= 0xFF
    frame = read_protected(bytes(changed))
    assert frame is not None
    assert frame.opened("CCMP-128", Key(bytes.fromhex(key))) == bytes.fromhex(text)


@pytest.mark.parametrize(
    ("cipher", "key"), [("TKIP", b""), ("TKIP", bytes(32)), ("", bytes(16)), ("CCMP-128", bytes(32))]
)
def test_other_ciphers_open_nothing(cipher, key):
    frame = read_protected(bytes.fromhex(VECTORS[0][2] + VECTORS[0][3]))
    assert frame is not None
    assert frame.opened(cipher, Key(key)) is None


def test_other_frames_are_none():
    whole = bytes.fromhex(VECTORS[0][2] + VECTORS[0][3])
    clear = whole[:1] + bytes([whole[1] & ~0x40]) + whole[2:]
    four_addresses = whole[:1] + bytes([whole[1] | 0x03]) + whole[2:]
    for frame in (b"", whole[:20], whole[:28], clear, four_addresses, b"\xc0" + whole[1:], b"\x48" + whole[1:]):
        assert read_protected(frame) is None
