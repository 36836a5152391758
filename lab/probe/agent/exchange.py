"""Real clients: TLS with HTTP over a connected socket, and a DNS query. They say what they got, never what it means."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.rcode

_PATIENCE = 5.0  # seconds for a handshake or an answer
_LISTEN = 2.0  # seconds for an answer to something that the other side didn't expect
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
            if order.get("chain"):
                told["chain"] = _presented(tls)
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


def _presented(tls: ssl.SSLSocket) -> list[str]:
    """What the server sent, as it sent it. Python tells this in public from 3.13 on; the method is there since 3.10."""
    inner: Any = getattr(tls, "_sslobj")  # noqa: B009 - its types say that there is no such thing
    whole = inner.get_unverified_chain() or []
    return [base64.b64encode(ssl.PEM_cert_to_DER_cert(one.public_bytes())).decode() for one in whole]


def _get(tls: ssl.SSLSocket, order: dict[str, Any], told: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    host = order.get("host") or order["server_name"]
    target = f"{order.get('method') or 'GET'} {order.get('target') or order['path']}"
    status, body = _request(tls, f"{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    told |= {"status": status, "bytes": len(body), "body_sha256": hashlib.sha256(body).hexdigest()}
    told["body_start"] = body[:200].decode(errors="replace")
    return status == _OK, told


def _request(connected: socket.socket, request: str, *, head_only: bool = False) -> tuple[int, bytes]:
    """(status, body). `head_only`: stop behind the head, whatever follows belongs to somebody else. Status 0: no HTTP."""
    connected.sendall(request.encode())
    answer = b""
    while piece := connected.recv(1 if head_only else 65536):
        answer += piece
        if head_only and answer.endswith(b"\r\n\r\n"):
            break
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n", 1)[0].split()
    return (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0), body


def tunnel(connected: socket.socket, target: str) -> tuple[bool, dict[str, Any]]:
    """Ask a proxy to connect through to `target` (HOST:PORT). (it did, {"proxy_status": 200})."""
    connected.settimeout(_PATIENCE)
    try:
        status, _ = _request(connected, f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n", head_only=True)
    except OSError as error:
        return False, {"error": f"proxy: {type(error).__name__}: {error}"}
    return status == _OK, {"proxy_status": status}


def http(connected: socket.socket, order: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    """One request in clear: `method`, `target`, `host` as the order says. (status 200, {"status", "body_start"})."""
    connected.settimeout(_PATIENCE)
    line = f"{order['method']} {order['target']} HTTP/1.1\r\nHost: {order['host']}\r\nConnection: close\r\n\r\n"
    try:
        status, body = _request(connected, line)
    except OSError as error:
        return False, {"error": f"{type(error).__name__}: {error}"}
    return status == _OK, {"status": status, "body_start": body[:200].decode(errors="replace")}


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


def say(connected: socket.socket, data: bytes, until: bytes = b"") -> tuple[bool, dict[str, Any]]:
    """Say `data` in clear and listen: (it was sent, what came back).

    Until the other side is done, two seconds have passed, or `until`, if it is anything, was heard.
    """
    connected.settimeout(_LISTEN)
    heard, closed = b"", False
    try:
        connected.sendall(data)
        while not closed and not (until and until in heard):
            piece = connected.recv(65536)
            heard, closed = heard + piece, not piece
    except TimeoutError:
        pass
    except OSError as error:
        return True, {"heard": heard.hex(), "closed": True, "error": f"{type(error).__name__}: {error}"}
    return True, {"heard": heard.hex(), "closed": closed}


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
