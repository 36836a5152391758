"""ESP that is made by hand: what is in it, byte by byte."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lab.verify.esp import sealed

KEY = bytes(range(36))


@pytest.mark.parametrize(("first", "number"), [(0x45, 4), (0x60, 41)])
@pytest.mark.parametrize("length", range(20, 24))
def test_packet_is_sealed_under_its_number_and_ends_on_a_word(first, number, length):
    packet = bytes([first]) + bytes(length - 1)
    made = sealed(0xC0FFEE01, 7, KEY, packet)
    assert made[:8].hex() == "c0ffee0100000007"
    plain = AESGCM(KEY[:32]).decrypt(KEY[32:] + made[8:16], made[16:], made[:8])
    assert plain.startswith(packet)
    assert len(plain) % 4 == 0
    assert plain[-1] == number
    assert plain[length:-2] == bytes(range(1, plain[-2] + 1))
