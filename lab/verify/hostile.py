"""The `hostile` fixture: a terminal in a foreign network gives nothing away and answers nobody (TW-12, case V6)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lab.plan import Family, Protocol
from lab.probe import Carrying
from lab.record import Attempt, Train, Verdict
from lab.verdict import Judgement
from lab.verdict.unasked import answers_nobody, drops_what_it_counts
from lab.verdict.words import service
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession

# what laptops are asked for in a foreign network: whether they are there, name services, file shares, remote desktops, discovery
ASKED = (
    (Protocol.ICMP, None), (Protocol.TCP, 22), (Protocol.TCP, 80), (Protocol.TCP, 445), (Protocol.TCP, 3389), (Protocol.TCP, 5900),
    (Protocol.UDP, 137), (Protocol.UDP, 500), (Protocol.UDP, 1900), (Protocol.UDP, 5353), (Protocol.UDP, 5355),
)  # fmt: skip
_CARRIERS = {Protocol.ICMP: "echo", Protocol.TCP: "syn", Protocol.UDP: "udp"}
_STRANGER = 66
_COUNTER = "nft -j list counter inet kill unasked | sed -n 's/.*\"packets\": \\([0-9]*\\).*/\\1/p'"
_RULES = "nft -s list table inet kill"
_COUNTS = re.compile(r'counter name "unasked"(.*)$', re.MULTILINE)


class Hostile:
    """The fixture itself."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, terminal: str) -> Stranger:
        return Stranger(self._session, self._controls, terminal)


class Stranger:
    """Somebody on the terminal's own link."""

    def __init__(self, session: LabSession, controls: Sequence[str], terminal: str) -> None:
        self._session, self._controls, self._terminal = session, controls, session.plan.host(terminal)
        self._outer = next(leg for leg in self._terminal.legs if leg.dynamic)

    def is_answered_nothing(self) -> list[Verdict]:
        """Echo requests, openings and datagrams to its address there and to that in the tunnel: delivered, counted, dropped."""
        session, made = self._session, list[tuple[str, Judgement, Sequence[Train]]]()
        flows = [self._carrying(family, protocol, port, inner=inner) for family in session.plan.families
                 for protocol, port in ASKED for inner in (False, True)]  # fmt: skip
        name = self._terminal.name
        made.append((f"{name}: rules that count", drops_what_it_counts(name, self._verdicts_of_what_is_counted()), ()))
        before = self._dropped()
        with session.prober.train(flows, interval=0.02, count=20, seconds=20.0) as trains:
            session.channel(self._terminal.name).run("sleep 0.6", timeout=10).check()
        dropped = self._dropped() - before
        for train in trains:
            session.saw_train(train)
            attempt = train.attempt
            subject = f"{attempt.family} {service(attempt)} of a stranger -> {attempt.address}"
            made.append((subject, answers_nobody(train, trains, dropped, self._terminal.name), (train,)))
        return give_all(session, self._controls, made)

    def _dropped(self) -> int:
        """Packets that the terminal's own rules have dropped as unasked for. CheckError if they count nothing."""
        told = self._session.channel(self._terminal.name).run(_COUNTER).stdout.decode().strip()
        if not told.isdigit():
            raise CheckError(f"{self._terminal.name} has no rule that counts what nobody asked for")
        return int(told)

    def _verdicts_of_what_is_counted(self) -> list[str]:
        """What follows the counter in each rule that has it: "drop", "accept", ..."""
        rules = self._session.channel(self._terminal.name).run(_RULES).check().stdout.decode()
        return [ending.strip() for ending in _COUNTS.findall(rules)]

    def _carrying(self, family: Family, protocol: Protocol, port: int | None, *, inner: bool) -> Carrying:
        version = 4 if family is Family.IPV4 else 6
        network = next(one.network for one in self._outer.addresses if one.version == version)
        leg = next(one.segment for one in self._terminal.legs if one.tunnel) if inner else self._outer.segment
        attempt = Attempt(
            source=self._terminal.name,
            destination=self._terminal.name,
            address=str(self._terminal.address(family, leg)),
            family=family,
            protocol=protocol,
            port=port,
            intruder_segment=self._outer.segment,
            intruder_next_hop=self._outer.mac,
            intruder_source=str(network[_STRANGER]),
        )
        return Carrying(attempt, _CARRIERS[protocol])
