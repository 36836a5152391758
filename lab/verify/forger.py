"""A client that seals by hand into its own tunnel what an honest one would not (case V9): the packets, and what became of them.

All leave in one go, each with a text of its own that is looked for on every cable, and a source port that its log lines are
found by.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lab.plan import Family, Host, target
from lab.probe.agent import headers
from lab.probe.outsider import Held, Outsider
from lab.verdict.inner import Sealed
from lab.verdict.words import host_of
from lab.verify.decisions import Decisions
from lab.verify.esp import sealed
from lab.verify.session import LabSession

ENCAPSULATED = 4500  # UDP port of ESP (RFC 3948)
_NEIGHBOUR = 66  # host number in the pool that is nobody's
_PORT, _BEGUN = 61001, 1000  # source port and ESP number of the first: no daemon has come so far
_DAEMON, _BORDER = "discarding inbound IP packet", "] sanso "  # how each begins, whichever of the border's rules it was


@dataclass(frozen=True, slots=True)
class Inner:
    """One inner packet: the first segment of a connection, with a text in it."""

    family: Family
    what: str
    what_ja: str
    source: str
    target: str
    port: int
    spoofed: bool = False
    token: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def packet(self, source_port: int) -> bytes:
        """As it is sealed."""
        between = headers.ends(self.source, self.target, source_port, self.port)
        return headers.packet(between, headers.TCP, headers.tcp(between, headers.SYN, self.token), source_port)


class Forger:
    """In one terminal's place. `elsewhere`: a host inside whose address it takes too."""

    def __init__(self, session: LabSession, terminal: Host, gateway: Host, elsewhere: Host) -> None:
        self._session, self._terminal, self._gateway, self._elsewhere = session, terminal, gateway, elsewhere
        plan = session.plan
        self._screen = next(o for o in plan.allowed if (o.source, o.application) == (terminal.name, "rdp"))
        self._leg = next(leg.segment for leg in terminal.legs if leg.tunnel)
        self._pool = next(one.networks for one in plan.segments if one.name == self._leg)
        self._allowed, self._others = [*self._allowed_ones()], [*self._other_ones()]
        self._log = Decisions(session, gateway.name)

    @property
    def screen(self) -> str:
        """The host that the terminal's allowed packets are for."""
        return self._screen.destination

    def allowed(self, held: Held, number: int) -> tuple[bytes, bytes]:
        """One of the packets that the terminal may send, sealed: its text, which no other has, and the datagram."""
        one = next(self._allowed_ones())
        return one.token, sealed(held.spi, _BEGUN + number, held.key, one.packet(_PORT + number))

    @property
    def selectors(self) -> str:
        """What it asks to speak for: all of the pool."""
        return ", ".join(str(network) for network in self._pool)

    def send(self, client: Outsider, held: Held, address: str) -> None:
        """Seal and send to the gateway's address. The daemon's words come at once; then the tunnel isn't needed any more."""
        self._session.prober.record()
        made = [one.packet(_PORT + at) for at, one in enumerate([*self._allowed, *self._others])]
        client.send(
            [sealed(held.spi, _BEGUN + at, held.key, one) for at, one in enumerate(made)], address, ENCAPSULATED
        )
        spoofed = [at for at, one in zip(self._ports, self._others, strict=True) if one.spoofed]
        self._log.awaited_until(lambda lines: all(_line(lines, at, _DAEMON, _BORDER) for at in spoofed))

    def told(self) -> list[tuple[Sealed, bool]]:
        """What became of each, and whether its family's allowed one arrived."""
        lines = self._log.awaited_until(lambda lines: all(_line(lines, at, _DAEMON, _BORDER) for at in self._ports))
        self._session.keep(
            self._gateway.name, "sealed-by-hand.log", [one for one in lines if _DAEMON in one or _BORDER in one]
        )
        seen = self._session.prober.recorded([one.token for one in (*self._allowed, *self._others)]).seen
        arrived = {
            one.family
            for one, places in zip(self._allowed, seen, strict=False)
            if any(host_of(place) == self._screen.destination for place in places)
        }
        ends = zip(self._others, self._ports, seen[len(self._allowed) :], strict=True)
        return [
            (
                Sealed(
                    one.what, one.what_ja, one.spoofed, places, _line(lines, at, _DAEMON), _line(lines, at, _BORDER)
                ),
                one.family in arrived,
            )
            for one, at, places in ends
        ]

    @property
    def _ports(self) -> range:
        """Source ports of those that must not get through."""
        return range(_PORT + len(self._allowed), _PORT + len(self._allowed) + len(self._others))

    def _allowed_ones(self) -> Iterator[Inner]:
        for family in self._session.plan.families:
            yield Inner(family, "", "", self._own(family), self._target(family), self._screen.port or 0)

    def _other_ones(self) -> Iterator[Inner]:
        port, screen = self._screen.port or 0, self._screen.destination
        for family in self._session.plan.families:
            own, there = self._own(family), self._target(family)
            near = str(
                next(one for one in self._pool if one.version == (4 if family is Family.IPV4 else 6))[_NEIGHBOUR]
            )
            inside = str(self._elsewhere.address(family))
            for who, who_ja, source in (("a neighbour", "隣", near), (*[self._elsewhere.name] * 2, inside)):
                yield Inner(
                    family,
                    f"{family} from the address of {who} ({source}) to {screen}",
                    f"{family} {who_ja}のアドレス（{source}）を詐称した {screen} 宛",
                    source,
                    there,
                    port,
                    spoofed=True,
                )
            yield Inner(
                family,
                f"{family} to a neighbour in the pool ({near})",
                f"{family} プール内の隣（{near}）宛",
                own,
                near,
                port,
            )

    def _own(self, family: Family) -> str:
        return str(self._terminal.address(family, self._leg))

    def _target(self, family: Family) -> str:
        return str(target(self._session.plan, self._screen, family))


def _line(lines: Sequence[str], port: int, *words: str) -> str:
    """The line with one of these words about the packet from this port; "" if there is none."""
    marks = (f"[{port}]", f"SPT={port} ")
    about = (line for line in lines if any(mark in line for mark in marks))
    return next((line.strip() for line in about if any(word in line for word in words)), "")
