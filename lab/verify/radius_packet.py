"""RADIUS packets byte by byte (RFC 2865, RFC 3579): what no client sends, and the check of what a server answered."""

from __future__ import annotations

import hmac
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from typing import Literal

ACCESS_REQUEST, ACCESS_ACCEPT, ACCESS_REJECT, ACCESS_CHALLENGE = 1, 2, 3, 11
ACCOUNTING_REQUEST, START, STOP = 4, 1, 2
USER_PASSWORD = 2
USER_NAME, NAS_IDENTIFIER, CALLING_STATION, EAP_MESSAGE, MESSAGE_AUTHENTICATOR = 1, 32, 31, 79, 80
CLASS, CALLED_STATION, ACCT_STATUS, ACCT_SESSION, TERMINATE_CAUSE = 25, 30, 40, 44, 49
_VENDOR, _MICROSOFT, _SEND_KEY, _RECV_KEY = 26, 311, 16, 17  # RFC 2548, 2.4.2 and 2.4.3
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


def accounting(status: int, identity: str, station: str, network: str, given: bytes, secret: bytes) -> bytes:
    """An Accounting-Request (RFC 2866): a session begins (START) or ends by its user's wish (STOP). `given`: the server's Class."""
    attributes = b"".join(
        _attribute(kind, value)
        for kind, value in (
            (ACCT_STATUS, struct.pack("!I", status)), (ACCT_SESSION, station.encode()), (USER_NAME, identity.encode()),
            (CALLING_STATION, station.encode()), (CALLED_STATION, network.encode()), (CLASS, given),
            (NAS_IDENTIFIER, b"sanso-check"), *([(TERMINATE_CAUSE, struct.pack("!I", 1))] if status == STOP else []),
        )
    )  # fmt: skip
    head = struct.pack("!BBH", ACCOUNTING_REQUEST, secrets.randbelow(256), HEADER + len(attributes))
    return head + md5(head + bytes(16) + attributes + secret, usedforsecurity=False).digest() + attributes


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


def station_of(packet: bytes) -> str:
    """Its Calling-Station-Id; "" if it has none."""
    rest = packet[HEADER:]
    found = (rest[at : at + rest[at - 1] - 2] for kind, at in _attributes(rest) if kind == CALLING_STATION)
    return next(found, b"").decode(errors="replace")


def master_key(accept: bytes, asked: bytes, secret: bytes) -> bytes:
    """The key that the EAP method made, as an Access-Accept hands it over: Recv-Key and Send-Key; b"" if it has none."""
    rest, authenticator = accept[HEADER:], asked[4:HEADER]
    keys = {_RECV_KEY: b"", _SEND_KEY: b""}
    for kind, at in _attributes(rest):
        value = rest[at : at + rest[at - 1] - 2]
        if kind != _VENDOR or value[:4] != _MICROSOFT.to_bytes(4) or len(value) < 8:  # noqa: PLR2004 - vendor, kind, length, salt
            continue
        if value[4] in keys:
            keys[value[4]] = _shown(value[8:], value[6:8], authenticator, secret)
    return keys[_RECV_KEY] + keys[_SEND_KEY]


def _shown(hidden: bytes, salt: bytes, authenticator: bytes, secret: bytes) -> bytes:
    """RFC 2548, 2.4.2: blocks of 16, each masked by what came before it; the first byte is the key's length."""
    text, before = b"", authenticator + salt
    for start in range(0, len(hidden), 16):
        block = hidden[start : start + 16]
        mask = md5(secret + before, usedforsecurity=False).digest()
        text += bytes(one ^ other for one, other in zip(block, mask, strict=False))
        before = block
    return text[1 : 1 + text[0]] if text else b""


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
