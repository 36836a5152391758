"""What one station sends for others, and what comes to them: captures at their interfaces around one burst of frames."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface

from lab.errors import LabError
from lab.plan import AirHost, Family
from lab.probe.air import Listener
from lab.probe.air.greetings import ALONE, Neighbour, greetings
from lab.probe.air.parcels import TOKEN, post
from lab.verdict import Judgement
from lab.verdict.isolation import Overheard, unheard
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.wireless.heard import server_of
from lab.verify.wireless.hosts import Station, on_its_segment

ROUNDS = 3  # what the air lost is sent again
_HEARING = 3  # seconds until what was sent is heard; at once on a quiet machine
_PING = "ping -c 3 -i 0.3 -W 1 -p {token} {address} >/dev/null 2>&1"


@dataclass(frozen=True, slots=True)
class Party:
    """One that sends or listens, and the station whose network it is on: itself, or the one that it stands beside."""

    who: Neighbour
    beside: Station


def party(one: Station) -> Party:
    """A station of the plan, at its first address of each family. CheckError if it has no IPv4 address."""
    four, six = interfaces(one.host)
    return Party(Neighbour(one.host.name, one.host.mac, str(four.ip), None if six is None else str(six.ip)), one)


def interfaces(host: AirHost) -> tuple[IPv4Interface, IPv6Interface | None]:
    """A host's first address of each family. CheckError if it has none of IPv4."""
    found = [one for leg in host.legs for one in leg.addresses]
    four = next((one for one in found if isinstance(one, IPv4Interface)), None)
    if four is None:
        raise CheckError(f"{host.name} has no IPv4 address")
    return four, next((one for one in found if isinstance(one, IPv6Interface)), None)


def overheard(session: LabSession, pairs: Sequence[tuple[Party, Party]]) -> list[tuple[str, Judgement, tuple[()]]]:
    """A verdict for each sender and listener. All of them are on the air already."""
    made = {pair: greetings(pair[0].who, pair[1].who) for pair in pairs}
    listeners = {listener.who.name: listener for _, listener in pairs}
    crossed = set[bytes]()
    with ExitStack() as stack:
        ears = {name: stack.enter_context(Listener(session.channel(name), "wlan")) for name in listeners}
        for sender in dict.fromkeys(sender for sender, _ in pairs):
            frames = [frame for pair, each in made.items() if pair[0] == sender for frame in each.values()]
            crossed |= _sent(session, sender, frames)
        wired = {name: _speaks(session, one, ears[name]) for name, one in listeners.items()}
        raw = {name: ear.stop() for name, ear in ears.items()}
    judged: list[tuple[str, Judgement, tuple[()]]] = []
    for (sender, listener), each in made.items():
        name = listener.who.name
        seen = Overheard(
            sender=sender.who.name,
            listener=name,
            sent=tuple(each),
            wide=tuple(way for way in each if way not in ALONE),
            crossed=tuple(way for way, (token, _) in each.items() if token in crossed),
            heard=tuple(way for way, (token, _) in each.items() if token in raw[name]),
            control=tuple(wired[name]),
            control_heard=tuple(way for way, token in wired[name].items() if token in raw[name]),
        )
        judged.append((f"what {sender.who.name} sends, at {name}", unheard(seen), ()))
    return judged


def _sent(session: LabSession, sender: Party, pairs: Sequence[tuple[bytes, bytes]]) -> set[bytes]:
    """Tokens of those that came in where all that the sender's network carries does."""
    entry, crossed = on_its_segment(session.plan, sender.beside), set[bytes]()
    for _ in range(ROUNDS):
        waiting = [pair for pair in pairs if pair[0] not in crossed]
        if not waiting:
            break
        session.prober.record()
        post(session.channel(sender.who.name), "wlan", [frame for _, frame in waiting])
        seen = session.prober.recorded([token for token, _ in waiting]).seen
        crossed |= {token for (token, _), places in zip(waiting, seen, strict=True) if entry in places}
    return crossed


def _speaks(session: LabSession, listener: Party, ear: Listener) -> dict[str, bytes]:
    """What a wired host of the listener's segment sends it, by echo requests that carry a token; how -> token.

    What it did not hear is sent again: frames to everybody are not confirmed on the air.
    """
    wired = server_of(session.plan, listener.beside)
    leg = next(one for one in wired.legs if any(address.version == 4 for address in one.addresses))  # noqa: PLR2004
    everybody = next(str(one.network.broadcast_address) for one in leg.addresses if isinstance(one, IPv4Interface))
    ways = {"to its address": listener.who.four, "to everybody": f"-b {everybody}"}
    if listener.who.six and Family.IPV6 in session.plan.families:
        ways["to all IPv6 nodes"] = f"-6 -I {leg.segment} ff02::1"
    made = {
        way: secrets.token_hex(TOKEN // 2).encode() for way in ways
    }  # letters and digits: the listener awaits a text
    for way, address in ways.items():
        for _ in range(ROUNDS):
            # nobody has to answer: what came is in the capture
            session.channel(wired.name).run(_PING.format(token=made[way].hex(), address=address), timeout=60)
            with suppress(LabError):
                ear.awaits(made[way].decode(), _HEARING)
                break
    return made
