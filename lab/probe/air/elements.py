"""Elements of management frames, read and written: the RSN element above all (IEEE 802.11-2020, 9.4.2.24)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lab.record.air import Rsn

OUI = b"\x00\x0f\xac"
AKMS = {
    1: "802.1X",
    2: "PSK",
    3: "FT-802.1X",
    4: "FT-PSK",
    5: "802.1X-SHA256",
    6: "PSK-SHA256",
    8: "SAE",
    9: "FT-SAE",
    11: "SUITE-B",
    12: "SUITE-B-192",
    13: "FT-802.1X-SHA384",
    18: "OWE",
}
CIPHERS = {
    0: "group",
    1: "WEP-40",
    2: "TKIP",
    4: "CCMP-128",
    5: "WEP-104",
    6: "BIP-CMAC-128",
    8: "GCMP-128",
    9: "GCMP-256",
    10: "CCMP-256",
    11: "BIP-GMAC-128",
    12: "BIP-GMAC-256",
    13: "BIP-CMAC-256",
}
MFP_REQUIRED, MFP_CAPABLE = 0x40, 0x80
_BEACON_PROTECTION = 84  # bit of the extended capabilities
_WPA1 = b"\x00\x50\xf2\x01"


def elements(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each element; one that was cut ends them."""
    at = 0
    while at + 2 <= len(body):
        number, length = body[at], body[at + 1]
        content = body[at + 2 : at + 2 + length]
        if len(content) < length:
            return
        yield number, content
        at += 2 + length


def is_wpa1(number: int, content: bytes) -> bool:
    """Whether this is the vendor's element of the first WPA."""
    return number == 221 and content.startswith(_WPA1)  # noqa: PLR2004 - vendor specific


def signs_beacons(content: bytes) -> bool:
    """Whether the extended capabilities say that beacons are protected (bit 84)."""
    byte, bit = divmod(_BEACON_PROTECTION, 8)
    return len(content) > byte and bool(content[byte] >> bit & 1)


def read_rsn(body: bytes) -> Rsn:
    """Read an RSN element's content. What a short one leaves out has the standard's defaults."""
    at = 2
    group = _suite(body[at : at + 4], CIPHERS) if len(body) >= at + 4 else "CCMP-128"
    at += 4
    pairwise, at = _suites(body, at, CIPHERS)
    akm, at = _suites(body, at, AKMS)
    (capabilities,) = struct.unpack_from("<H", body, at) if len(body) >= at + 2 else (0,)
    at += 2
    if len(body) >= at + 2:
        at += 2 + 16 * int.from_bytes(body[at : at + 2], "little")
    return Rsn(
        group=group,
        pairwise=pairwise or ("CCMP-128",),
        akm=akm or ("802.1X",),
        mfp_required=bool(capabilities & MFP_REQUIRED),
        mfp_capable=bool(capabilities & MFP_CAPABLE),
        group_management=_suite(body[at : at + 4], CIPHERS) if len(body) >= at + 4 else "",
    )


@dataclass(frozen=True, slots=True)
class Suites:
    """One suite of each kind, by number, and the capabilities (bits: `MFP_REQUIRED`, `MFP_CAPABLE`)."""

    akm: int
    pairwise: int = 4
    group: int = 4
    group_management: int | None = None  # None: left out, which means BIP-CMAC-128
    capabilities: int = 0


def write_rsn(asked: Suites) -> bytes:
    """Make a whole RSN element."""
    suites = [OUI + bytes([number]) for number in (asked.group, asked.pairwise, asked.akm)]
    body = struct.pack("<H4sH4sH4sH", 1, suites[0], 1, suites[1], 1, suites[2], asked.capabilities)
    if asked.group_management is not None:
        body += struct.pack("<H4s", 0, OUI + bytes([asked.group_management]))  # no PMKID before it
    return bytes([48, len(body)]) + body


def _suites(body: bytes, at: int, table: dict[int, str]) -> tuple[tuple[str, ...], int]:
    if len(body) < at + 2:
        return (), at
    count = int.from_bytes(body[at : at + 2], "little")
    found = tuple(_suite(body[at + 2 + 4 * number : at + 6 + 4 * number], table) for number in range(count))
    return found, at + 2 + 4 * count


def _suite(raw: bytes, table: dict[int, str]) -> str:
    return table.get(raw[3], raw.hex()) if len(raw) == 4 and raw[:3] == OUI else raw.hex()  # noqa: PLR2004
