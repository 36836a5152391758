"""The public endpoint of a system that is to be reached over a closed line alone (TC-07, S41)."""

from __future__ import annotations

from lab.plan import AllowedFlow, Protocol
from lab.record import Verdict
from lab.verify.answer import judge_allowed
from lab.verify.judge import judge_denied, settle
from lab.verify.marks import CheckError
from lab.verify.parameters import endpoints
from lab.verify.session import LabSession
from lab.verify.trip import Wish


class Twins:
    """The `twins` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, host: str) -> Twin:
        return Twin(self._session, self._controls, host)


class Twin:
    """One public endpoint."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], host: str) -> None:
        self._session, self._controls, self._host = session, controls, host

    def are_up_and_out_of_reach(self) -> list[Verdict]:
        """It answers whoever may ask, in the same run in which the My Number zone is stopped at every firewall."""
        plan = self._session.plan
        flow = self._somebody()
        alive = [
            verdict
            for family in flow.families
            for verdict in judge_allowed(
                self._session, self._controls, Wish(flow.source, self._host, family, flow.protocol, flow.port)
            )
        ]
        todo = [
            Wish(host.name, self._host, family, Protocol.TCP, flow.port)
            for zone in plan.zones
            if zone.place == "mn"
            for host in endpoints(plan, zone.name)
            for family in plan.families
        ]
        verdicts = [*alive, *judge_denied(self._session, self._controls, todo)]
        settle(verdicts)
        return verdicts

    def _somebody(self) -> AllowedFlow:
        for flow in self._session.plan.allowed:
            if flow.destination == self._host and flow.application == "https":
                return flow
        raise CheckError(f"nobody may ask {self._host} anything: whether it is up can't be shown")
