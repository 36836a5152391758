"""A relay in front of a RADIUS server that spoils the Access-Accepts on their way back, for the asker to see through.

argv: address and port to listen on, those of the server, a file with the line `secret = "..."`, a file that says how to spoil
(`HOW`), a file for what was sent: one line, HOW, for each Access-Accept. It reads both anew for each. Everything else passes as it
is. Nothing is printed.
"""

from __future__ import annotations

import hmac
import os
import re
import select
import socket
import sys
from collections.abc import Callable
from hashlib import md5
from pathlib import Path

ACCEPT, MESSAGE_AUTHENTICATOR = 2, 80
_HEADER, _SIGNATURE = 20, 16
_LARGEST = 4096
_SECRET = re.compile(rb'^\s*secret\s*=\s*"(.*)"\s*$', re.MULTILINE)


def answer(packet: bytes, asked: bytes, secret: bytes, how: str) -> bytes:
    """An Access-Accept as it goes on. KeyError for a way that is none of `HOW`."""
    return HOW[how](packet, asked[4:_HEADER], secret)


def _right(packet: bytes, request: bytes, secret: bytes) -> bytes:
    """Signed anew as it should be: what comes of an Accept that is made here is believed."""
    return _sealed(packet, _bare(packet) + _blank(), request, secret)


def _absent(packet: bytes, request: bytes, secret: bytes) -> bytes:
    """Without Message-Authenticator; its Response Authenticator is right, as a forger's can be (CVE-2024-3596)."""
    return _closed(packet, _bare(packet), request, secret)


def _wrong(packet: bytes, request: bytes, secret: bytes) -> bytes:
    attribute = bytes((MESSAGE_AUTHENTICATOR, _SIGNATURE + 2)) + os.urandom(_SIGNATURE)
    return _closed(packet, _bare(packet) + attribute, request, secret)


def _twice(packet: bytes, request: bytes, secret: bytes) -> bytes:
    """The second is right for a packet that has both."""
    return _sealed(packet, _bare(packet) + _blank() + _blank(), request, secret)


def _secret(packet: bytes, request: bytes, _secret: bytes) -> bytes:
    return _right(packet, request, os.urandom(32))


def _request(packet: bytes, _request: bytes, secret: bytes) -> bytes:
    """The answer to a request that had another authenticator."""
    return _right(packet, os.urandom(_SIGNATURE), secret)


HOW: dict[str, Callable[[bytes, bytes, bytes], bytes]] = {
    "right": _right,
    "absent": _absent,
    "wrong": _wrong,
    "twice": _twice,
    "secret": _secret,
    "request": _request,
}


def _bare(packet: bytes) -> bytes:
    """Its attributes without any Message-Authenticator."""
    found, at = b"", _HEADER
    while at + 2 <= len(packet) and packet[at + 1] >= 2:  # noqa: PLR2004 - kind and length
        if packet[at] != MESSAGE_AUTHENTICATOR:
            found += packet[at : at + packet[at + 1]]
        at += packet[at + 1]
    return found


def _blank() -> bytes:
    return bytes((MESSAGE_AUTHENTICATOR, _SIGNATURE + 2)) + bytes(_SIGNATURE)


def _sealed(packet: bytes, attributes: bytes, request: bytes, secret: bytes) -> bytes:
    """With the signature in the place of the last sixteen bytes (RFC 3579, 3.2)."""
    whole = packet[:2] + (_HEADER + len(attributes)).to_bytes(2, "big") + request + attributes
    return _closed(packet, attributes[:-_SIGNATURE] + hmac.digest(secret, whole, "md5"), request, secret)


def _closed(packet: bytes, attributes: bytes, request: bytes, secret: bytes) -> bytes:
    """With the Response Authenticator (RFC 2865, 3)."""
    head = packet[:2] + (_HEADER + len(attributes)).to_bytes(2, "big")
    seal = md5(head + request + attributes + secret, usedforsecurity=False).digest()
    return head + seal + attributes


def _relayed(front: socket.socket, server: tuple[str, int], secret: bytes, how: Path, sent: Path) -> None:
    backs: dict[tuple[str, int], socket.socket] = {}
    asked: dict[tuple[socket.socket, int], bytes] = {}
    while True:
        for one in select.select([front, *backs.values()], [], [])[0]:
            if one is front:
                packet, asker = front.recvfrom(_LARGEST)
                if asker not in backs:
                    backs[asker] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    backs[asker].connect(server)
                asked[backs[asker], packet[1]] = packet
                backs[asker].send(packet)
                continue
            packet = one.recv(_LARGEST)
            if packet[0] == ACCEPT:
                way = how.read_text().strip()
                packet = answer(packet, asked[one, packet[1]], secret, way)
                with sent.open("a") as file:
                    file.write(f"{way}\n")
            front.sendto(packet, next(asker for asker, back in backs.items() if back is one))


def main() -> None:
    """Relay until it is killed."""
    address, port, server, far, secret, how, sent = sys.argv[1:]
    found = _SECRET.search(Path(secret).read_bytes())
    if found is None:
        raise SystemExit(f"{secret}: no line of a secret")
    front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    front.bind((address, int(port)))
    Path(sent).touch()
    _relayed(front, (server, int(far)), found[1], Path(how), Path(sent))


if __name__ == "__main__":
    main()
