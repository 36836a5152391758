"""Reads a capture of the air: pcap, radiotap, IEEE 802.11 headers and the elements that security hangs on."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from lab.errors import LabError
from lab.probe.air.elements import elements, is_wpa1, read_rsn, signs_beacons
from lab.record.air import AirCapture, AirFrame

EAPOL = b"\xaa\xaa\x03\x00\x00\x00\x88\x8e"  # LLC and SNAP header of EAP and key messages
_MAGIC = {b"\xd4\xc3\xb2\xa1": ("<", 1), b"\xa1\xb2\xc3\xd4": (">", 1), b"\x4d\x3c\xb2\xa1": ("<", 1000)}
_RADIOTAP = 127  # link type IEEE802_11_RADIO
_MANAGEMENT, _CONTROL, _DATA = 0, 1, 2
_KINDS = {
    0: "association-request",
    1: "association-response",
    2: "reassociation-request",
    3: "reassociation-response",
    4: "probe-request",
    5: "probe-response",
    8: "beacon",
    10: "disassociation",
    11: "authentication",
    12: "deauthentication",
    13: "action",
}
_FIXED = {"association-request": 4, "reassociation-request": 10, "probe-request": 0, "probe-response": 12, "beacon": 12}
_PROTECTED, _TO_DS, _FROM_DS, _QOS = 0x40, 0x01, 0x02, 0x08
_HEADER, _ADDRESSES = 24, (4, 10, 16)


def read_capture(raw: bytes, needles: Sequence[bytes] = ()) -> AirCapture:
    """Read a pcap file of the whole air; the texts in `needles` are counted in each frame. LabError if it is none."""
    frames = (frame_of(at, data, needles) for at, data in packets(raw))
    return AirCapture(frames=tuple(frame for frame in frames if frame is not None))


def read_frame(packet: bytes) -> AirFrame | None:
    """One frame behind its radiotap header; None for a control frame, or one that was cut."""
    head = int.from_bytes(packet[2:4], "little")
    return frame_of(0, packet[head:], ())


def packets(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Microseconds and frame, radiotap header taken off. A last packet that was cut is left out."""
    if raw[:4] not in _MAGIC:
        raise LabError(f"the capture of the air is no pcap file ({len(raw)} bytes)")
    order, scale = _MAGIC[raw[:4]]
    (link,) = struct.unpack_from(f"{order}I", raw, 20)
    if link != _RADIOTAP:
        raise LabError(f"the capture of the air has link type {link}, not {_RADIOTAP}")
    at = 24
    while at + 16 <= len(raw):
        seconds, fraction, length, _ = struct.unpack_from(f"{order}IIII", raw, at)
        packet = raw[at + 16 : at + 16 + length]
        at += 16 + length
        if len(packet) == length and length >= 4:  # noqa: PLR2004 - the radiotap header's own length field
            (head,) = struct.unpack_from("<H", packet, 2)
            yield seconds * 1_000_000 + fraction // scale, packet[head:]


def frame_of(at: int, data: bytes, needles: Sequence[bytes]) -> AirFrame | None:
    """One frame, its radiotap header taken off; None for a control frame, which carries nothing, and for one that was cut."""
    if len(data) < _HEADER or (data[0] >> 2 & 3) == _CONTROL:
        return None
    kind, subtype, flags = data[0] >> 2 & 3, data[0] >> 4, data[1]
    one, two, three = (_mac(data[place : place + 6]) for place in _ADDRESSES)
    told: dict[str, object] = {
        "at_us": at,
        "receiver": one,
        "transmitter": two,
        "bssid": three,
        "size": len(data),
        "protected": bool(flags & _PROTECTED),
        "needles": tuple(data.count(needle) for needle in needles),
    }
    if kind == _MANAGEMENT:
        told |= {"kind": _KINDS.get(subtype, "management"), **_management(_KINDS.get(subtype, ""), data, flags)}
    elif kind == _DATA:
        body = data[_HEADER + (2 if subtype & _QOS else 0) :]
        told |= {"kind": "null" if subtype & 4 else "data", "eapol": body.startswith(EAPOL)}
        told["bssid"] = {_TO_DS: one, _FROM_DS: two}.get(flags & (_TO_DS | _FROM_DS), three)
    else:
        told["kind"] = "extension"
    return AirFrame.model_validate(told)


def _management(kind: str, data: bytes, flags: int) -> dict[str, object]:
    """What a management frame in clear says; an encrypted one says nothing."""
    body = data[_HEADER:]
    if flags & _PROTECTED:
        return {}
    if kind in ("association-response", "reassociation-response") and len(body) >= 4:  # noqa: PLR2004
        return {"status": struct.unpack_from("<H", body, 2)[0]}
    if kind == "authentication" and len(body) >= 6:  # noqa: PLR2004
        return {"status": struct.unpack_from("<H", body, 4)[0]}
    if kind in ("deauthentication", "disassociation") and len(body) >= 2:  # noqa: PLR2004
        return {"reason": struct.unpack_from("<H", body)[0]}
    if kind not in _FIXED:
        return {}
    return _told_by(body[_FIXED[kind] :])


def _told_by(body: bytes) -> dict[str, object]:
    """What the elements say of a network, or of who asks for it."""
    found: dict[str, object] = {}
    for number, content in elements(body):
        if number == 0:
            found["ssid"] = content.decode("utf-8", "replace")
        elif number == 48:  # noqa: PLR2004 - RSN (9.4.2.1, table 9-92)
            found["rsn"] = read_rsn(content)
        elif number == 127:  # noqa: PLR2004 - extended capabilities
            found["beacons_protected"] = signs_beacons(content)
        elif is_wpa1(number, content):
            found["wpa1"] = True
    return found


def _mac(raw: bytes) -> str:
    return ":".join(f"{byte:02x}" for byte in raw)
