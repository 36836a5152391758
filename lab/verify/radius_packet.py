"""RADIUS packets byte by byte (RFC 2865, RFC 3579): what no client sends, and the check of what a server answered."""

from __future__ import annotations

import hmac
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from typing import Literal

ACCESS_REQUEST, ACCESS_REJECT, ACCESS_CHALLENGE = 1, 3, 11
USER_PASSWORD = 2
USER_NAME, NAS_IDENTIFIER, CALLING_STATION, EAP_MESSAGE, MESSAGE_AUTHENTICATOR = 1, 32, 31, 79, 80
HEADER, SIGNATURE = 20, 16  # octets
_EAP_RESPONSE, _EAP_IDENTITY = 2, 1

Signed = Literal["right", "absent", "wrong"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer to one request. `genuine`: both of its authenticators were made with the shared secret."""

    code: int
    genuine: bool


def request(identity: str, station: str, secret: bytes, *, signed: Signed = "right", password: str = "") -> bytes:
    """An Access-Request that begins EAP, or with `password` one that asks by it, its Message-Authenticator made as said."""
    name, authenticator = identity.encode(), secrets.token_bytes(16)
    eap = struct.pack("!BBHB", _EAP_RESPONSE, 1, 5 + len(name), _EAP_IDENTITY) + name
    asks = (USER_PASSWORD, _hidden(password.encode(), authenticator, secret)) if password else (EAP_MESSAGE, eap)
    attributes = b"".join(
        _attribute(kind, value)
        for kind, value in (
            (USER_NAME, name), (NAS_IDENTIFIER, b"sanso-check"), (CALLING_STATION, station.encode()), asks,
        )
    )  # fmt: skip
    if signed != "absent":
        attributes += _attribute(MESSAGE_AUTHENTICATOR, bytes(SIGNATURE))
    head = struct.pack("!BBH", ACCESS_REQUEST, secrets.randbelow(256), HEADER + len(attributes))
    packet = head + authenticator + attributes
    if signed == "absent":
        return packet
    signature = hmac.digest(secret, packet, "md5") if signed == "right" else secrets.token_bytes(SIGNATURE)
    return packet[:-SIGNATURE] + signature


def answer(packet: bytes, asked: bytes, secret: bytes) -> Answer | None:
    """Read an answer to `asked`. None if it is no whole RADIUS packet with that number."""
    if len(packet) < HEADER or packet[1] != asked[1] or struct.unpack("!H", packet[2:4])[0] != len(packet):
        return None
    authenticator = asked[4:HEADER]
    rest = packet[HEADER:]
    response = md5(packet[:4] + authenticator + rest + secret, usedforsecurity=False).digest()
    places = [start for kind, start in _attributes(rest) if kind == MESSAGE_AUTHENTICATOR]
    if len(places) != 1:
        return Answer(packet[0], genuine=False)
    start = places[0]
    blank = packet[:4] + authenticator + rest[:start] + bytes(SIGNATURE) + rest[start + SIGNATURE :]
    good = hmac.compare_digest(hmac.digest(secret, blank, "md5"), rest[start : start + SIGNATURE])
    return Answer(packet[0], genuine=good and hmac.compare_digest(response, packet[4:HEADER]))


def _hidden(password: bytes, authenticator: bytes, secret: bytes) -> bytes:
    """RFC 2865, 5.2: of one block, which is enough here."""
    block = password[:16].ljust(16, b"\0")
    mask = md5(secret + authenticator, usedforsecurity=False).digest()
    return bytes(one ^ other for one, other in zip(block, mask, strict=True))


def _attribute(kind: int, value: bytes) -> bytes:
    return bytes((kind, len(value) + 2)) + value


def _attributes(rest: bytes) -> Iterator[tuple[int, int]]:
    """(kind, where its value begins) of each attribute."""
    at = 0
    while at + 2 <= len(rest) and rest[at + 1] >= 2:  # noqa: PLR2004 - kind and length
        yield rest[at], at + 2
        at += rest[at + 1]
