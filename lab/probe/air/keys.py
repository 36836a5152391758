"""Keys of a session on the air: from the master key of an EAP method to those of frames (IEEE 802.11-2020, 12.7).

What is derived here stays in memory: no message and no traceback shows a `Key`.
"""

from __future__ import annotations

import hmac
import math
import struct
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC


class Key(bytes):
    """Key material: bytes that show nothing of themselves but their number."""

    def __repr__(self) -> str:
        return f"<key of {len(self)} bytes>"

    __str__ = __repr__

    def spoilt(self) -> Key:
        """The same with one bit turned over."""
        return Key(bytes([self[0] ^ 1]) + self[1:])


@dataclass(frozen=True, slots=True)
class Akm:
    """What an AKM derives keys with. Lengths in bytes (table 12-11)."""

    digest: Literal["sha256", "sha384"]
    pmk: int
    kck: int
    kek: int
    mic: int  # of an EAPOL-Key frame


AKMS = {  # by the names of lab.probe.air.elements; those of 802.1X that are WPA3's
    "802.1X-SHA256": Akm("sha256", 32, 16, 16, 16),
    "SUITE-B-192": Akm("sha384", 48, 24, 32, 24),
}
_DIGEST_BITS = {"sha256": 256, "sha384": 384}


@dataclass(frozen=True, slots=True)
class Ptk:
    """A pairwise transient key: the three parts of it."""

    akm: Akm
    kck: Key  # confirms EAPOL-Key frames
    kek: Key  # wraps the group key
    tk: Key  # protects frames

    def mic(self, frame: bytes) -> bytes:
        """The integrity code of an EAPOL-Key frame whose own field is zero (12.7.2)."""
        if self.akm.digest == "sha384":
            return hmac.digest(self.kck, frame, "sha384")[: self.akm.mic]
        code = CMAC(AES(self.kck))
        code.update(frame)
        return code.finalize()


def kdf(digest: Literal["sha256", "sha384"], key: Key, label: bytes, context: bytes, bits: int) -> Key:
    """KDF-Hash-Length (12.7.1.6.2): `bits` of key material, a multiple of eight."""
    length = struct.pack("<H", bits)
    rounds = math.ceil(bits / _DIGEST_BITS[digest])
    made = (hmac.digest(key, struct.pack("<H", n) + label + context + length, digest) for n in range(1, rounds + 1))
    return Key(b"".join(made)[: bits // 8])


def pairwise(msk: Key, akm: Akm, addresses: tuple[bytes, bytes], nonces: tuple[bytes, bytes], tk: int) -> Ptk:
    """The keys of one 4-way handshake (12.7.1.3). `msk`: the EAP method's; `tk`: bytes that the cipher takes."""
    context = b"".join(sorted(addresses)) + b"".join(sorted(nonces))
    bits = 8 * (akm.kck + akm.kek + tk)
    made = kdf(akm.digest, Key(msk[: akm.pmk]), b"Pairwise key expansion", context, bits)
    kek_at, tk_at = akm.kck, akm.kck + akm.kek
    return Ptk(akm, Key(made[:kek_at]), Key(made[kek_at:tk_at]), Key(made[tk_at:]))
