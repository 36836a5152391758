"""Data frames under CCMP and GCMP, taken out of their protection with a key (IEEE 802.11-2020, 12.5.3 and 12.5.5)."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM

from lab.probe.air.keys import Key

KEY_BYTES = {"CCMP-128": 16, "CCMP-256": 32, "GCMP-128": 16, "GCMP-256": 32}  # of each cipher's temporal key
_CCMP_MIC = {"CCMP-128": 8, "CCMP-256": 16}
_DATA = 2
_QOS, _NULL = 0x80, 0x40  # bits of the first byte
_TO_DS, _FOUR_ADDRESSES, _PROTECTED = 0x01, 0x03, 0x40  # bits of the second
_GROUP = 0x01  # bit of an address
_EXTENDED_IV = 0x20
_HEADER, _CIPHER_HEADER = 24, 8


@dataclass(frozen=True, slots=True)
class Protected:
    """One encrypted data frame. MAC addresses as bytes."""

    receiver: bytes
    transmitter: bytes
    header: bytes  # the frame's own, of 24 bytes
    qos: bytes | None
    number: bytes  # of the packet, the highest byte first
    body: bytes  # encrypted, integrity code included

    @property
    def for_group(self) -> bool:
        """Whether it is under the group's key: its receiver is a group address."""
        return bool(self.receiver[0] & _GROUP)

    @property
    def everybody(self) -> bool:
        """Whether its destination is a group address: a station's frame has that behind the access point's."""
        return bool(self.header[16 if self.header[1] & _TO_DS else 4] & _GROUP)

    def opened(self, cipher: str, key: Key) -> bytes | None:
        """The body in clear; None if key or cipher aren't the frame's, or the cipher isn't one of `KEY_BYTES`."""
        if len(key) != KEY_BYTES.get(cipher):
            return None
        try:
            if cipher in _CCMP_MIC:
                return AESCCM(key, tag_length=_CCMP_MIC[cipher]).decrypt(self._ccm_nonce, self.body, self._covered)
            return AESGCM(key).decrypt(self.transmitter + self.number, self.body, self._covered)
        except InvalidTag:
            return None

    @property
    def _priority(self) -> int:
        return self.qos[0] & 0x0F if self.qos else 0

    @property
    def _ccm_nonce(self) -> bytes:
        return bytes([self._priority]) + self.transmitter + self.number

    @property
    def _covered(self) -> bytes:
        """The additional authenticated data (12.5.3.3.3): the header without what may change on the way."""
        first, second = self.header[0] & 0x8F, self.header[1] & (0x47 if self.qos else 0xC7) | _PROTECTED
        sequence = bytes([self.header[22] & 0x0F, 0])
        covered = bytes([first, second]) + self.header[4:22] + sequence
        return covered + (bytes([self._priority, 0]) if self.qos else b"")


def read_protected(frame: bytes) -> Protected | None:
    """Read a frame (its radiotap header taken off). None if it is no encrypted data frame, or has four addresses."""
    if len(frame) < _HEADER or frame[0] >> 2 & 3 != _DATA or frame[0] & _NULL or not frame[1] & _PROTECTED:
        return None
    if frame[1] & _FOUR_ADDRESSES == _FOUR_ADDRESSES:
        return None
    qos = frame[_HEADER : _HEADER + 2] if frame[0] & _QOS else None
    start = _HEADER + (2 if qos else 0)
    head, body = frame[start : start + _CIPHER_HEADER], frame[start + _CIPHER_HEADER :]
    if len(head) < _CIPHER_HEADER or not head[3] & _EXTENDED_IV:
        return None
    number = head[:3:-1] + head[1::-1]
    return Protected(frame[4:10], frame[10:16], frame[:_HEADER], qos, number, body)
