"""A registered flow and its limits: what differs from the entry in one thing alone must be stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lab.plan import AllowedFlow, Protocol
from lab.record import Verdict
from lab.verdict import Kind, Purpose
from lab.verify import joined
from lab.verify.compare import compare
from lab.verify.judge import judge_denied, judge_stands, settle
from lab.verify.parameters import endpoints
from lab.verify.session import LabSession
from lab.verify.trip import Stand, Wish, allowed_flow, devices, in_front_of, stands

# around the entry's own port, and what services commonly use; a sweep of all ports is a later release's
OTHER_PORTS = (
    1,
    21,
    22,
    23,
    25,
    53,
    80,
    110,
    135,
    139,
    389,
    442,
    443,
    444,
    445,
    1433,
    3306,
    3389,
    5432,
    5985,
    8080,
    8443,
    49152,
    65535,
)


class _Reverse(set[tuple[tuple[str, ...], Wish]]):
    """What peers were asked not to begin, and for which controls: entries with one peer and port share most of it."""


class Limits:
    """The `limited` fixture: `limited(entry).refuses_another_mac()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, entry: AllowedFlow) -> Limited:
        return Limited(self._session, self._controls, entry)


class Limited:
    """One entry of the register."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], entry: AllowedFlow) -> None:
        self._session, self._controls, self._entry = session, controls, entry

    def refuses_another_mac(self) -> list[Verdict]:
        """The registered address, port and peer, from another network card on the same segment: stopped by the MAC rule."""
        made = []
        for wish in self._wishes():
            device, segment = devices(self._session.plan, wish)[0]
            (stand, *_) = stands(self._session.plan, wish, by=device)
            attempt = in_front_of(self._session.plan, stand.attempt, device, segment)
            made.append(Stand(wish, device, attempt, note="from another MAC"))
        return self._settled(judge_stands(self._session, self._controls, made, expect={Purpose.MAC_BINDING}))

    def refuses_another_address(self) -> list[Verdict]:
        """The registered port and peer, from the other hosts of the source's zone."""
        plan, entry = self._session.plan, self._entry
        zone = plan.host(entry.source).zone
        others = [host.name for host in endpoints(plan, zone) if host.name != entry.source]
        return self._denied(
            Wish(other, entry.destination, family, entry.protocol, entry.port)
            for other in others
            for family in entry.families
        )

    def refuses_another_mac_in_an_established_flow(self) -> list[Verdict]:
        """In the running rules the binding stands before anything that accepts established packets (read back)."""
        session, entry = self._session, self._entry
        wish = self._wishes()[0]
        kinds = {Kind.MAC_MISSING, Kind.MAC_AFTER_ESTABLISHED}
        subject = f"{entry.id} MAC checked on every packet"
        return [
            verdict
            for device, _ in devices(session.plan, wish)
            for verdict in compare(session, self._controls, device, kinds, subject, flow=entry.id)
        ]

    def refuses_a_packet_of_another_mac_in_a_connection(self) -> list[Verdict]:
        """A segment within the window of a real connection, from another network card: stopped by the MAC rule."""
        return self._settled(joined.judge_foreign_card(self._session, self._controls, self._entry))

    def refuses_segments_out_of_state(self) -> list[Verdict]:
        """The peer's TCP segments from the registered port, each of a kind that begins no connection."""
        return self._settled(joined.judge_peer_segments(self._session, self._controls, self._entry))

    def refuses_every_other_port(self) -> list[Verdict]:
        """The registered pair of hosts, on other TCP and UDP ports and by echo."""
        entry = self._entry
        services: list[tuple[Protocol, int | None]] = [
            (protocol, port) for protocol in (Protocol.TCP, Protocol.UDP) for port in OTHER_PORTS
        ]
        services.append((Protocol.ICMP, None))
        return self._denied(
            Wish(entry.source, entry.destination, family, protocol, port)
            for family in entry.families
            for protocol, port in services
        )

    def refuses_the_reverse_direction(self) -> list[Verdict]:
        """The peer towards every host of the source's zone, on the registered port and on every port that serves there.

        What an entry with the same peer and port has asked already is not asked again, but for the entry's own source.
        """
        plan, entry = self._session.plan, self._entry
        zone = plan.host(entry.source).zone
        wishes = []
        for family in entry.families:
            for host in endpoints(plan, zone):
                ports = {(entry.protocol, entry.port)}
                ports |= {(service.protocol, service.port) for service in plan.services if service.host == host.name}
                wishes += [
                    Wish(entry.destination, host.name, family, protocol, port)
                    for protocol, port in sorted(ports, key=str)
                ]
        asked = self._session.memory.of(_Reverse)
        left = [wish for wish in wishes if wish.destination == entry.source or (self._controls, wish) not in asked]
        asked.update((self._controls, wish) for wish in wishes)
        return self._denied(left)

    def _wishes(self) -> list[Wish]:
        entry = self._entry
        return [Wish(entry.source, entry.destination, family, entry.protocol, entry.port) for family in entry.families]

    def _denied(self, wishes: Iterable[Wish]) -> list[Verdict]:
        todo = [wish for wish in wishes if allowed_flow(self._session.plan, wish) is None]
        return self._settled(judge_denied(self._session, self._controls, todo))

    @staticmethod
    def _settled(verdicts: Sequence[Verdict]) -> list[Verdict]:
        settle(verdicts)
        return list(verdicts)
