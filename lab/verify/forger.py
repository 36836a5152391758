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

_ENCAPSULATED = 4500  # UDP port of ESP (RFC 3948)
_NEIGHBOUR = 66  # host number in the pool that is nobody's
_PORT, _BEGUN = 61001, 1000  # source port and ESP number of the first: no daemon has come so far
_DAEMON, _BORDER = (
    "discarding inbound IP packet",
    "] sanso ",
)  # what both begin with; the border's default deny or its anti-spoofing


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

    @property
    def selectors(self) -> str:
        """What it asks to speak for: all of the pool."""
        return ", ".join(str(network) for network in self._pool)

    def tried(self, client: Outsider, held: Held, address: str) -> list[tuple[Sealed, bool]]:
        """Seal and send to the gateway's address, wait for the log's words; with each whether its family's allowed one arrived."""
        session, name = self._session, self._gateway.name
        allowed, others = [*self._allowed()], [*self._others()]
        packets = [*allowed, *others]
        log = Decisions(session, name)
        session.prober.record()
        made = [one.packet(_PORT + at) for at, one in enumerate(packets)]
        client.send(
            [sealed(held.spi, _BEGUN + at, held.key, one) for at, one in enumerate(made)], address, _ENCAPSULATED
        )
        ports = range(_PORT + len(allowed), _PORT + len(packets))
        lines = log.awaited_until(
            lambda lines: all(_line(lines, _DAEMON, at) or _line(lines, _BORDER, at) for at in ports)
        )
        seen = session.prober.recorded([one.token for one in packets]).seen
        session.keep(name, "sealed-by-hand.log", [line for line in lines if _DAEMON in line or _BORDER in line])
        arrived = {
            one.family
            for one, places in zip(allowed, seen, strict=False)
            if any(host_of(place) == self._screen.destination for place in places)
        }
        told = zip(others, ports, seen[len(allowed) :], strict=True)
        return [
            (
                Sealed(
                    one.what, one.what_ja, one.spoofed, places, _line(lines, _DAEMON, at), _line(lines, _BORDER, at)
                ),
                one.family in arrived,
            )
            for one, at, places in told
        ]

    def _allowed(self) -> Iterator[Inner]:
        for family in self._session.plan.families:
            yield Inner(family, "", "", self._own(family), self._target(family), self._screen.port or 0)

    def _others(self) -> Iterator[Inner]:
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


def _line(lines: Sequence[str], words: str, port: int) -> str:
    """The line with these words about the packet from this port; "" if there is none."""
    marks = (f"[{port}]", f"SPT={port} ")
    return next((line.strip() for line in lines if words in line and any(mark in line for mark in marks)), "")
