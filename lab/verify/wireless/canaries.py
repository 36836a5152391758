"""What a station sends, looked for behind the access point: a recording of the fabric around one burst."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from lab.plan import AirHost, Family
from lab.verify.session import LabSession
from lab.verify.wireless.hosts import OnAir, Station

TIMES, LENGTH, SHIFT = 100, 128, 32
PORT = 9  # discard: nobody answers, nobody needs to


def fly(sender: OnAir, canary: bytes, address: str) -> None:
    """The canary a hundred times by UDP, at shifting places, so that no boundary hides it each time. CheckError if it can't."""
    parts = [canary.rjust(len(canary) + number % SHIFT, b".").ljust(LENGTH, b".") for number in range(TIMES)]
    socat = f"socat -u -b {LENGTH} OPEN:$f UDP4-SENDTO:{address}:{PORT},broadcast"
    line = f"f=$(mktemp) && cat >$f && {socat}; code=$?; rm -f $f; exit $code"
    sender.run(line, stdin=b"".join(parts))


def broadcast_of(host: AirHost) -> str:
    """The address of everybody on its own segment (IPv4): what is sent there asks nobody's MAC address first."""
    return next(
        str(one.network.broadcast_address)
        for leg in host.legs
        for one in leg.addresses
        if one.version == 4  # noqa: PLR2004
    )


def arrives(session: LabSession, stations: Iterable[Station]) -> dict[str, frozenset[str]]:
    """Each station sends a canary to its whole segment: the fabric's ports where it was seen, by station."""
    chosen = list(stations)
    words = {one.host.name: secrets.token_hex(32).encode() for one in chosen}
    session.prober.record()
    for one in chosen:
        fly(OnAir(session, one.host.name), words[one.host.name], broadcast_of(one.host))
    seen = session.prober.recorded(list(words.values())).seen
    return {name: seen[number] for number, name in enumerate(words)}


def address_of(session: LabSession, host: str) -> str:
    """A wired host's first IPv4 address."""
    return str(session.plan.host(host).address(Family.IPV4))
