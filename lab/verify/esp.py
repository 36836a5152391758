"""ESP in UDP made by hand from a tunnel's own key (RFC 4303, RFC 3948, AES-GCM as RFC 4106): what no honest client would seal."""

from __future__ import annotations

import secrets
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SALT, _IV = 4, 8  # octets; the salt stands behind the key
_INNER = {4: 4, 6: 41}  # version of an inner packet -> its number as a protocol


def sealed(spi: int, sequence: int, key: bytes, packet: bytes) -> bytes:
    """One packet of a tunnel. `key`: of AES-GCM with 16 octets of check value, its salt at the end; `packet`: the inner one."""
    head = struct.pack("!II", spi, sequence)
    padding = bytes(range(1, -(len(packet) + 2) % 4 + 1))
    plain = packet + padding + bytes((len(padding), _INNER[packet[0] >> 4]))
    vector = secrets.token_bytes(_IV)
    return head + vector + AESGCM(key[:-_SALT]).encrypt(key[-_SALT:] + vector, plain, head)
