"""Frames as a monitor interface gives them: pcap's format, radiotap headers, and what the rules need of each (IEEE 802.11)."""

from __future__ import annotations

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

RADIOTAP = 127  # link type
_FILE, _RECORD = struct.Struct("<IHHiIII"), struct.Struct("<IIII")
_MAGIC = 0xA1B2C3D4  # microseconds, this machine's byte order: tcpdump writes it here and it is read here
_FIELDS = ((8, 8), (1, 1), (1, 1), (2, 4), (2, 2), (1, 1))  # alignment and size, up to the signal in dBm
_SIGNAL = 5
_KINDS = {
    0: "association",
    2: "association",
    5: "probe-response",
    8: "beacon",
    10: "disassociation",
    11: "authentication",
}
_KINDS |= {12: "deauthentication"}
_TELLING = ("beacon", "probe-response")
_HEADER, _FIXED = 24, 12
_TYPE, _MANAGEMENT, _DATA = 0x0C, 0x00, 0x08
_EAPOL_START = b"\xaa\xaa\x03\x00\x00\x00\x88\x8e\x01\x01"  # of version 1; the version is not looked at


class Frame:
    """One frame. Times in microseconds: `at` by this machine, `tsf` and `interval` as the sender says of itself."""

    __slots__ = ("at", "bssid", "interval", "kind", "signal", "ssid", "tsf")

    def __init__(self, at: int, kind: str, bssid: str, signal: int | None) -> None:
        self.at, self.kind, self.bssid, self.signal = at, kind, bssid, signal
        self.ssid = ""  # of a beacon or probe response; "": hidden
        self.tsf = self.interval = 0


class Reader:
    """Cuts a pcap stream into frames, as its pieces come. ValueError if it is none."""

    def __init__(self) -> None:
        self._rest, self._begun = b"", False

    def feed(self, piece: bytes) -> Iterator[Frame]:
        """The frames that are whole now and that a rule may look at."""
        self._rest += piece
        if not self._begun and len(self._rest) >= _FILE.size:
            magic, *_, link = _FILE.unpack_from(self._rest)
            if (magic, link) != (_MAGIC, RADIOTAP):
                raise ValueError(f"no capture of the air: format {magic:#x}, link type {link}")
            self._rest, self._begun = self._rest[_FILE.size :], True
        at = 0
        while self._begun and len(self._rest) >= at + _RECORD.size:
            seconds, fraction, length, _ = _RECORD.unpack_from(self._rest, at)
            if len(self._rest) < at + _RECORD.size + length:
                break
            packet = self._rest[at + _RECORD.size : at + _RECORD.size + length]
            at += _RECORD.size + length
            if frame := _frame(seconds * 1_000_000 + fraction, packet):
                yield frame
        self._rest = self._rest[at:]


def _frame(at: int, packet: bytes) -> Frame | None:
    head = int.from_bytes(packet[2:4], "little")
    data = packet[head:]
    if len(data) < _HEADER:
        return None
    if data[0] & _TYPE == _DATA:
        started = _eapol_start(data)
        return Frame(at, "eapol-start", _mac(data[4:10]), None) if started else None
    kind = _KINDS.get(data[0] >> 4) if data[0] & _TYPE == _MANAGEMENT else None
    if kind is None:
        return None
    frame = Frame(at, kind, _mac(data[16:22]), _signal(packet[:head]))
    if kind in _TELLING and len(data) >= _HEADER + _FIXED + 2:
        frame.tsf, interval = struct.unpack_from("<QH", data, _HEADER)
        frame.interval = interval * 1024
        frame.ssid = _ssid(data[_HEADER + _FIXED :])
    return frame


def _eapol_start(data: bytes) -> bool:
    """A station asks the access point for an authentication (IEEE 802.1X-2020, 11.3)."""
    body = data[_HEADER + (2 if data[0] & 0x80 else 0) :]
    return body[:8] == _EAPOL_START[:8] and body[9:10] == _EAPOL_START[9:]


def _ssid(elements: bytes) -> str:
    """The network's name is the first element (IEEE 802.11-2020, table 9-32)."""
    if elements[0] != 0:
        return ""
    return elements[2 : 2 + elements[1]].strip(b"\0").decode("utf-8", "replace")


def _signal(head: bytes) -> int | None:
    """Strength in dBm; None where the header doesn't say it."""
    present = int.from_bytes(head[4:8], "little")
    at, word = 8, present
    while word & 0x80000000:  # another word of such bits follows
        word = int.from_bytes(head[at : at + 4], "little")
        at += 4
    for number, (align, size) in enumerate(_FIELDS):
        if present & 1 << number:
            at += -at % align
            if number == _SIGNAL:
                return int.from_bytes(head[at : at + 1], "little", signed=True)
            at += size
    return None


def _mac(raw: bytes) -> str:
    return ":".join(f"{byte:02x}" for byte in raw)
