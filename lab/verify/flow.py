"""The sentence of a suite: a flow, and what must become of it."""

from __future__ import annotations

from collections.abc import Sequence

from lab.plan import Family, Protocol
from lab.record import Verdict
from lab.verify.judge import judge_denied, settle
from lab.verify.session import LabSession
from lab.verify.trip import Wish

PORTS = 65536


class FlowMaker:
    """The `flow` fixture."""

    def __init__(self, session: LabSession, controls: Sequence[str], families: Sequence[Family]) -> None:
        if not controls:
            raise ValueError('a test that uses `flow` says which control it judges: @control("ZONE-01")')
        self._session, self._controls, self._families = session, controls, families

    def __call__(
        self,
        source: str,
        destination: str,
        *,
        tcp: int | None = None,
        udp: int | None = None,
        icmp: bool = False,
        family: Family | None = None,
    ) -> Flow:
        """A flow from host to host. `destination` may be DEVICE@SEGMENT: that device's own address on the segment."""
        protocol, port = _protocol(tcp, udp, icmp=icmp)
        target, _, leg = destination.partition("@")
        for name in (source, target):
            self._session.plan.host(name)
        families = (family,) if family else tuple(self._families)
        return Flow(
            self._session,
            self._controls,
            [Wish(source, target, each, protocol, port, leg or None) for each in families],
        )


def _protocol(tcp: int | None, udp: int | None, *, icmp: bool) -> tuple[Protocol, int | None]:
    given = [(Protocol.TCP, tcp)] * (tcp is not None) + [(Protocol.UDP, udp)] * (udp is not None)
    if icmp:
        given.append((Protocol.ICMP, None))
    if len(given) != 1:
        raise ValueError("name exactly one of tcp=PORT, udp=PORT, icmp=True")
    protocol, port = given[0]
    if port is not None and not 0 < port < PORTS:
        raise ValueError(f"{port} is not a port")
    return protocol, port


class Flow:
    """One direction, in one or both families."""

    def __init__(self, session: LabSession, controls: Sequence[str], wishes: Sequence[Wish]) -> None:
        self._session, self._controls, self._wishes = session, controls, wishes

    def is_denied(self, *, by: str | None = None) -> list[Verdict]:
        """Pass only if the packet was sent, reached the device, went no further, and a control flow got through.

        Judged at `by`, or at every device on the way: the second and later ones from an intruder right in front of them.
        Raises AssertionError (it got through), NotTestable or CheckError.
        """
        verdicts = judge_denied(self._session, self._controls, self._wishes, by=by)
        settle(verdicts)
        return verdicts

    def is_allowed(self) -> list[Verdict]:
        """Pass only if the real application answered, over the ports of the plan's route and no others."""
        from lab.verify.answer import judge_allowed

        verdicts = [verdict for wish in self._wishes for verdict in judge_allowed(self._session, self._controls, wish)]
        settle(verdicts)
        return verdicts
