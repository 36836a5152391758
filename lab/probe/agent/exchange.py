"""Real clients: TLS with HTTP over a connected socket, and a DNS query. They say what they got, never what it means."""

from __future__ import annotations

import hashlib
import socket
import ssl
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.rcode

_PATIENCE = 5.0  # seconds for a handshake or an answer
_OK = 200
_OLD = {"TLSv1", "TLSv1.1"}
_ALL = "ALL:@SECLEVEL=0"  # OpenSSL's default would keep old versions from being offered at all
_VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


def https(connected: socket.socket, order: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    """Handshake as `order` says, then GET unless `path` is null. (ok, {"tls", "cipher", "subject", "status", ...})."""
    connected.settimeout(_PATIENCE)
    told: dict[str, Any] = {}
    try:
        with _context(order).wrap_socket(connected, server_hostname=order["server_name"]) as tls:
            cipher = tls.cipher() or ("", "", 0)
            told |= {"tls": tls.version(), "cipher": cipher[0], "verified": order["ca_pem"] is not None}
            if order["ca_pem"] is not None:
                peer: Any = tls.getpeercert() or {}
                told |= {
                    "subject": dict(pair[0] for pair in peer.get("subject", ())),
                    "not_after": peer.get("notAfter"),
                }
                told["issuer"] = dict(pair[0] for pair in peer.get("issuer", ()))
            if order["path"] is None:
                return True, told
            return _get(tls, order, told)
    except ssl.SSLError as error:
        return False, {
            **told,
            "error": f"TLS: {getattr(error, 'reason', None) or error}",
            "verify": getattr(error, "verify_message", ""),
        }
    except OSError as error:
        return False, {**told, "error": f"{type(error).__name__}: {error}"}


def _get(tls: ssl.SSLSocket, order: dict[str, Any], told: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    request = f"GET {order['path']} HTTP/1.1\r\nHost: {order['server_name']}\r\nConnection: close\r\n\r\n"
    tls.sendall(request.encode())
    answer = b""
    while piece := tls.recv(65536):
        answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n", 1)[0].split()
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    told |= {"status": status, "bytes": len(body), "body_sha256": hashlib.sha256(body).hexdigest()}
    told["body_start"] = body[:200].decode(errors="replace")
    return status == _OK, told


def _context(order: dict[str, Any]) -> ssl.SSLContext:
    """Verified against the given CA; without one (a scanner looking at versions and ciphers) unverified."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if order["ca_pem"] is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(cadata=order["ca_pem"])
    old = order["minimum"] in _OLD or order["maximum"] in _OLD
    if order["ciphers"] or old:
        context.set_ciphers(order["ciphers"] or _ALL)
    if order["minimum"]:
        context.minimum_version = _VERSIONS[order["minimum"]]
    if order["maximum"]:
        context.maximum_version = _VERSIONS[order["maximum"]]
    return context


def session_context(ca_pem: str) -> ssl.SSLContext:
    """As any client of today: the newest version both know, the server verified."""
    return _context({"ca_pem": ca_pem, "minimum": None, "maximum": None, "ciphers": None})


def query(name: str, rtype: str) -> bytes:
    """A recursive query with a random id, as wire format: it is its own token."""
    return bytes(dns.message.make_query(name, rtype).to_wire())


def over_tcp(connected: socket.socket, asked: bytes, patience: float) -> bytes:
    """The answer to a query over a connected stream (RFC 1035, 4.2.2); empty if there is none in time."""
    connected.settimeout(patience)
    try:
        connected.sendall(len(asked).to_bytes(2, "big") + asked)
        head = _exactly(connected, 2)
        return _exactly(connected, int.from_bytes(head, "big")) if head else b""
    except OSError:
        return b""


def _exactly(connected: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connected.recv(size - len(data))
        if not piece:
            return b""
        data += piece
    return data


def answer(asked: bytes, reply: bytes) -> tuple[bool, dict[str, Any]]:
    """(there is an answer section, {"rcode", "answers", "authoritative"})."""
    try:
        message = dns.message.from_wire(reply)
        same = dns.message.from_wire(asked).is_response(message)
    except dns.exception.DNSException as error:
        return False, {"error": f"DNS: {error}"}
    records = [line for rrset in message.answer for line in rrset.to_text().splitlines()]
    code = dns.rcode.to_text(message.rcode())
    told = {"rcode": code, "answers": records, "authoritative": bool(message.flags & dns.flags.AA), "matches": same}
    return same and code == "NOERROR" and bool(records), told
