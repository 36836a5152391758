"""Reads what an SSH server offers, by the way that administration takes: through the host itself, to its loopback."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace

from paramiko import BadAuthenticationType, Message, SSHException, Transport

from lab.reach import Channel, Pipe
from lab.verdict.offer import SshOffer
from lab.verify.marks import CheckError

TO_SSH = ("socat", "-", "TCP:127.0.0.1:22")
PATIENCE = 10.0  # seconds for a banner, a packet, a key exchange
LINES = 20  # that may stand before the banner (RFC 4253, 4.2)
KEXINIT, COOKIE, LISTS = 20, 16, 10
LONGEST = 35000  # bytes of a packet (RFC 4253, 6.1)
OWN = b"SSH-2.0-SansoLab\r\n"

# Old algorithms beside today's: the scanner must see them, and its library must still find one to speak.
WEAK_OPTIONS = (
    "KexAlgorithms=+diffie-hellman-group14-sha1", "Ciphers=+aes128-cbc", "MACs=+hmac-sha1-96", "PasswordAuthentication=yes",
)  # fmt: skip
WEAK_SERVER = (
    "set -eu; umask 077; mkdir -p -m 755 /run/sshd; d=$(mktemp -d /run/sanso-weak-XXXXXX); trap 'rm -rf \"$d\"' EXIT; "
    'ssh-keygen -q -t ed25519 -N "" -f "$d/key"; '
    f'/usr/sbin/sshd -i -e -f /dev/null -h "$d/key" {" ".join(f"-o {option}" for option in WEAK_OPTIONS)}'
)


def read_offer(channel: Channel, argv: Sequence[str] = TO_SSH) -> SshOffer:
    """Everything that the server behind `argv` offers. Raises CheckError if no SSH server answers there."""
    with channel.pipe(argv) as pipe:
        offer = _kexinit(pipe)
    with channel.pipe(argv) as pipe:
        return _authentication(pipe, offer)


def weak_offer(channel: Channel) -> SshOffer:
    """The same of a server that is weak on purpose: it lives for two connections, without a port of its own."""
    return read_offer(channel, ("sh", "-c", WEAK_SERVER))


def _kexinit(pipe: Pipe) -> SshOffer:
    """Banner and KEXINIT, read with our own eyes: a library tells only what both sides could agree on."""
    pipe.settimeout(PATIENCE)
    try:
        banner = _banner(pipe)
        pipe.send(OWN)
        (length,) = struct.unpack(">I", _exactly(pipe, 4))
        if not 0 < length <= LONGEST:
            raise CheckError(f"its first packet says that it has {length} bytes")
        packet = _exactly(pipe, length)
    except (OSError, EOFError) as error:
        said = pipe.said.decode(errors="replace").strip()
        raise CheckError(f"no SSH server answered: {said or error}") from error
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


def _authentication(pipe: Pipe, offer: SshOffer) -> SshOffer:
    """What the server lets people try, told in reply to "none", and the host key that it showed."""
    transport = Transport(pipe)  # it asks for a socket's manners, not for its type
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = PATIENCE
    try:
        transport.start_client(timeout=PATIENCE)
        key = transport.get_remote_server_key()
        try:
            transport.auth_none("root")
            methods: tuple[str, ...] = ("none",)
        except BadAuthenticationType as refusal:
            methods = tuple(refusal.allowed_types)
    except (SSHException, OSError, EOFError) as error:
        raise CheckError(f"no key exchange with {offer.banner}: {error}") from error
    finally:
        transport.close()
    return replace(offer, authentication=methods, host_key=key.get_name(), host_key_bits=key.get_bits())


def _banner(pipe: Pipe) -> str:
    for _ in range(LINES):
        line = b""
        while not line.endswith(b"\n"):
            line += _exactly(pipe, 1)
            if len(line) > LONGEST:
                raise CheckError("it says something endless before its banner")
        if line.startswith(b"SSH-"):
            return line.decode(errors="replace").strip()
    raise CheckError("no SSH banner in its first lines")


def _exactly(pipe: Pipe, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = pipe.recv(size - len(data))
        if not piece:
            raise EOFError("it closed the connection")
        data += piece
    return data


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Both directions as one list, in the first one's order."""
    return tuple(dict.fromkeys((*one, *other)))
