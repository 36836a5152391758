"""EAPOL-Key frames: the messages of the 4-way and of the group key handshake (IEEE 802.11-2020, 12.7.2, 12.7.6, 12.7.7)."""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from lab.probe.air.elements import OUI, elements, read_rsn
from lab.probe.air.keys import Akm, Key, Ptk
from lab.record.air import Rsn

_KEY = 3  # EAPOL's packet type
_RSN_DESCRIPTOR = 2
_PAIRWISE, _ACK, _MIC, _ENCRYPTED = 0x0008, 0x0080, 0x0100, 0x1000
_NONCE, _MIC_AT = slice(17, 49), 81  # in the EAPOL frame, its header of four bytes counted
_RSN, _VENDOR, _GTK = 48, 221, OUI + b"\x01"


class Step(Enum):
    """Which message it is."""

    ONE = "4-way message 1"
    TWO = "4-way message 2"
    THREE = "4-way message 3"
    GROUP = "group key message 1"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """One message as it was heard. `data`: of its key data field, as sent."""

    step: Step
    nonce: bytes
    raw: bytes  # the EAPOL frame
    mic: int  # bytes of its integrity code
    wrapped: bool
    data: bytes

    def genuine(self, keys: Ptk) -> bool:
        """Whether its integrity code was made with these keys."""
        blank = self.raw[:_MIC_AT] + bytes(self.mic) + self.raw[_MIC_AT + self.mic :]
        return hmac.compare_digest(keys.mic(blank), self.raw[_MIC_AT : _MIC_AT + self.mic])

    def told(self, keys: Ptk) -> Told:
        """What its key data says; of wrapped data that these keys don't unwrap, nothing (RFC 3394)."""
        try:
            data = aes_key_unwrap(keys.kek, self.data) if self.wrapped else self.data
        except InvalidUnwrap:
            return Told(None, None)
        rsn, gtk = None, None
        for number, content in elements(data):
            if number == _RSN:
                rsn = read_rsn(content)
            elif number == _VENDOR and content.startswith(_GTK):
                gtk = Key(content[6:])  # behind it the key's number and a reserved byte
        return Told(rsn, gtk)


@dataclass(frozen=True, slots=True)
class Told:
    """Key data: the RSN element, and the group key. None: not in it."""

    rsn: Rsn | None
    gtk: Key | None


def read_key_frame(eapol: bytes, akm: Akm) -> KeyFrame | None:
    """Read an EAPOL frame. None if it is no EAPOL-Key frame of RSN, or one that was cut."""
    least = _MIC_AT + akm.mic + 2
    if len(eapol) < least or eapol[1] != _KEY or eapol[4] != _RSN_DESCRIPTOR:
        return None
    (length,) = struct.unpack_from(">H", eapol, 2)
    (size,) = struct.unpack_from(">H", eapol, least - 2)
    raw = eapol[: 4 + length]
    if len(raw) != 4 + length or least + size > len(raw):
        return None
    (info,) = struct.unpack_from(">H", raw, 5)
    data = raw[least : least + size]
    return KeyFrame(_step(info, data), raw[_NONCE], raw, akm.mic, bool(info & _ENCRYPTED), data)


def _step(info: int, data: bytes) -> Step:
    pairwise, ack, signed = bool(info & _PAIRWISE), bool(info & _ACK), bool(info & _MIC)
    match pairwise, ack, signed:
        case True, True, False:
            return Step.ONE
        case True, False, True:
            return Step.TWO if data else Step.OTHER  # the fourth has no key data
        case True, True, True:
            return Step.THREE
        case False, True, True:
            return Step.GROUP
        case _:
            return Step.OTHER
