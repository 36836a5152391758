"""Names of a listed domain that lead inside: whoever may write into that domain could have the proxy fetch from there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address

from lab.plan import Address
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

# private, link-local and loopback addresses that no host of a plan needs to have, and one of IPv4 in IPv6's clothes
NOWHERE = ("127.0.0.1", "::1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "fe80::1", "::ffff:10.0.0.1")


@contextmanager
def leading_to(session: LabSession, addresses: Sequence[Address]) -> Iterator[dict[Address, str]]:
    """A new name for each address at the domain's own server, while the block runs: address -> name. CheckError if it can't be."""
    server = next((host for host in session.plan.hosts if "authority" in host.roles), None)
    if server is None:
        raise CheckError("this plan has no name server outside that a name could be written into")
    word, domain = secrets.token_hex(4), server.names[0].split(".", 1)[1]
    names = {address: f"check-{word}-{number}.{domain}" for number, address in enumerate(addresses)}
    channel = session.channel(server.name)
    records = [f"{name}. IN {'A' if at.version == 4 else 'AAAA'} {at}" for at, name in names.items()]  # noqa: PLR2004 - of IP
    try:
        told = channel.run(["unbound-control", "local_datas"], stdin="".join(f"{one}\n" for one in records).encode())
        if told.rc:
            raise CheckError(f"{server.name} does not take a new name: {told.stdout.decode().strip()[-200:]}")
        yield names
    finally:
        gone = "".join(f"{name}.\n" for name in names.values()).encode()
        channel.run(["unbound-control", "local_datas_remove"], stdin=gone).check()


def nowhere() -> list[Address]:
    """The addresses of NOWHERE."""
    return [ip_address(one) for one in NOWHERE]
