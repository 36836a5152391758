"""Reads what an SSH server offers, by the way that administration takes: through the host itself, to its loopback."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from paramiko import BadAuthenticationType, Message, SSHException, Transport

from lab.reach import Channel, Pipe
from lab.verdict.offer import SshOffer
from lab.verify.marks import CheckError

TO_SSH = ("socat", "-", "TCP:127.0.0.1:22")
PATIENCE = 10.0  # seconds for a banner, a packet, a key exchange
LINES = 20  # that may stand before the banner (RFC 4253, 4.2)
KEXINIT, COOKIE, LISTS = 20, 16, 10
LONGEST = 35000  # bytes of a packet (RFC 4253, 6.1)
KEPT = 2 * LONGEST  # bytes of what a server says first

# Old algorithms beside today's: the scanner must see them, and its library must still find one to speak.
WEAK_OPTIONS = (
    "KexAlgorithms=+diffie-hellman-group14-sha1", "Ciphers=+aes128-cbc", "MACs=+hmac-sha1-96", "PasswordAuthentication=yes",
)  # fmt: skip
WEAK_SERVER = (
    "set -eu; umask 077; mkdir -p -m 755 /run/sshd; d=$(mktemp -d /run/sanso-weak-XXXXXX); trap 'rm -rf \"$d\"' EXIT; "
    'ssh-keygen -q -t ed25519 -N "" -f "$d/key"; '
    f'/usr/sbin/sshd -i -e -f /dev/null -h "$d/key" {" ".join(f"-o {option}" for option in WEAK_OPTIONS)}'
)


class Heard:
    """A pipe whose first bytes are kept: the library that speaks over it tells only what both sides could agree on."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self.first = b""
        self._closed = False  # paramiko looks for it at its sockets

    def settimeout(self, seconds: float | None) -> None:
        self._pipe.settimeout(seconds)

    def send(self, data: bytes) -> int:
        return self._pipe.send(data)

    def recv(self, size: int) -> bytes:
        piece = self._pipe.recv(size)
        if len(self.first) < KEPT:
            self.first += piece
        return piece

    def close(self) -> None:
        self._closed = True
        self._pipe.close()


def read_offer(channel: Channel, argv: Sequence[str] = TO_SSH) -> SshOffer:
    """Everything that the server behind `argv` offers, from one connection. Raises CheckError if no SSH server answers there."""
    with channel.pipe(argv) as pipe:
        heard = Heard(pipe)
        transport = Transport(heard)  # it asks for a socket's manners, not for its type
        transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = PATIENCE
        try:
            told = _spoken(transport)
        except (SSHException, OSError, EOFError) as error:
            offer = kexinit(heard.first, pipe.said.decode(errors="replace").strip() or str(error))
            raise CheckError(f"no key exchange with {offer.banner}: {error}") from error
        finally:
            transport.close()
    return replace(kexinit(heard.first, "it said nothing"), **told)


def weak_offer(channel: Channel) -> SshOffer:
    """The same of a server that is weak on purpose: it lives for one connection, without a port of its own."""
    return read_offer(channel, ("sh", "-c", WEAK_SERVER))


def kexinit(first: bytes, why: str) -> SshOffer:
    """Banner and KEXINIT in the first bytes of a server (RFC 4253, 4.2 and 7.1). CheckError, with `why`, if they aren't there."""
    heard = BytesIO(first)
    try:
        banner = _banner(heard)
        (length,) = struct.unpack(">I", _exactly(heard, 4))
        if not 0 < length <= LONGEST:
            raise CheckError(f"its first packet says that it has {length} bytes")
        packet = _exactly(heard, length)
    except EOFError as error:
        raise CheckError(f"no SSH server answered: {why}") from error
    payload = packet[1 : length - packet[0]]
    if payload[:1] != bytes([KEXINIT]):
        raise CheckError(f"its first packet is of type {payload[:1].hex()}, no KEXINIT")
    message = Message(payload[1 + COOKIE :])
    lists = [tuple(name for name in message.get_list() if name) for _ in range(LISTS)]
    kex, keys, ciphers_in, ciphers_out, macs_in, macs_out, compression_in, compression_out, *_ = lists
    return SshOffer(
        banner=banner,
        kex=kex,
        host_keys=keys,
        ciphers=_both(ciphers_in, ciphers_out),
        macs=_both(macs_in, macs_out),
        compression=_both(compression_in, compression_out),
    )


def _spoken(transport: Transport) -> dict[str, Any]:
    """The host key that the server shows, and what it lets people try, told in reply to "none"."""
    transport.start_client(timeout=PATIENCE)
    key = transport.get_remote_server_key()
    try:
        transport.auth_none("root")
        methods: tuple[str, ...] = ("none",)
    except BadAuthenticationType as refusal:
        methods = tuple(refusal.allowed_types)
    return {"authentication": methods, "host_key": key.get_name(), "host_key_bits": key.get_bits()}


def _banner(heard: BytesIO) -> str:
    for _ in range(LINES):
        line = heard.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        if line.startswith(b"SSH-"):
            return line.decode(errors="replace").strip()
    raise CheckError("no SSH banner in its first lines")


def _exactly(heard: BytesIO, size: int) -> bytes:
    data = heard.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Both directions as one list, in the first one's order."""
    return tuple(dict.fromkeys((*one, *other)))
