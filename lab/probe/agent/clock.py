"""An NTP client's one question (RFC 5905, mode 3), and what the answer says. It says what it got, never what it means."""

from __future__ import annotations

import os
import struct
import time
from typing import Any

_PACKET = struct.Struct("!BBbb4s4s4sQQQQ")  # leap, version and mode; stratum; poll; precision; then times
_CLIENT = 4 << 3 | 3  # version 4, mode 3
_SERVER_MODE, _UNSYNCHRONISED, _LONGEST_STRATUM = 4, 3, 15
_EPOCH = 2_208_988_800  # seconds from 1900 (NTP) to 1970 (Unix)
_FRACTION = 1 << 32


def question() -> bytes:
    """A query as wire format. Servers ignore delay, dispersion and reference of a question: random, they are its token."""
    return _PACKET.pack(_CLIENT, 0, 0, 0, os.urandom(4), os.urandom(4), os.urandom(4), 0, 0, 0, _now())


def answer(asked: bytes, reply: bytes) -> tuple[bool, dict[str, Any]]:
    """(a server with a time of its own answered this question, {"mode", "stratum", "leap", "offset", ...}).

    `offset` in seconds: the server's clock less the asker's, the way back taken as long as the way there.
    """
    if len(reply) < _PACKET.size:
        return False, {"error": f"NTP: an answer of {len(reply)} bytes"}
    now = _now()
    sent = _PACKET.unpack(asked)[-1]
    first, stratum, _, _, _, _, reference, _, origin, received, left = _PACKET.unpack(reply[: _PACKET.size])
    told = {
        "mode": first & 7,
        "version": first >> 3 & 7,
        "leap": first >> 6,
        "stratum": stratum,
        "reference": reference.hex(),
        "matches": origin == sent,
        "offset": round(((received - sent) + (left - now)) / 2 / _FRACTION, 6),
    }
    if told["mode"] != _SERVER_MODE or not told["matches"]:
        return False, {**told, "error": "NTP: not the answer to this question"}
    if told["leap"] == _UNSYNCHRONISED or not 0 < stratum <= _LONGEST_STRATUM:
        return False, {**told, "error": f"NTP: the server has no time itself (leap {told['leap']}, stratum {stratum})"}
    return True, told


def _now() -> int:
    """Seconds since 1900 with 32 bits of fraction, within the current era."""
    moment = time.time_ns()
    whole, rest = divmod(moment, 1_000_000_000)
    return (whole + _EPOCH) % _FRACTION * _FRACTION + rest * _FRACTION // 1_000_000_000
