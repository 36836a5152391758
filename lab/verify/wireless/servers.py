"""The authentication servers of the wireless networks, silent one after the other, and then together (RAD-09)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from lab.record import Verdict
from lab.verdict.servers import Outage, closed, taken_over
from lab.verify.decisions import Decisions
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.shared import SharedChannel
from lab.verify.wireless.canaries import address_of, arrives
from lab.verify.wireless.hosts import POINT, OnAir, PointsLog, Station, on_its_segment, staff
from lab.verify.wireless.joining import servers

SERVICE = "/usr/lib/sanso/service {} freeradius"
TURN = 150  # seconds: an access point asks a silent server for 45 before it turns to the next, longer on a busy machine
ASKED = "CTRL-EVENT-EAP-STARTED"  # a station's own word that it is associated and has begun to prove itself
NO_ANSWER = "No response from Authentication server"


class Servers:
    """The `wireless_servers` fixture: `wireless_servers.answer_for_each_other_and_let_nobody_in_without()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls
        self._servers, self._stations = servers(session.plan), staff(session.plan)
        if len(self._servers) < 2:  # noqa: PLR2004
            raise CheckError(
                f"the access point asks {', '.join(self._servers) or 'no server'} alone: nobody can take over"
            )

    def answer_for_each_other_and_let_nobody_in_without(self) -> list[Verdict]:
        """With the first down every network's terminal is let in by the next; with that one down too nobody is.

        What a terminal sends then goes nowhere, and with the servers back it is let in again. One outage for both: an access
        point takes most of a minute to give a server up.
        """
        first, second = self._servers[:2]
        log, decisions = PointsLog(self._session), Decisions(self._session, second)
        with silent(self._session, [first]):
            connected = self._tried(TURN)
            lines = decisions.awaited([_mac(one) for one in self._stations if connected[one.host.name]])
            _serves(self._session.channel(second), "stop")
            try:
                outages = self._without(log)
            finally:
                _serves(self._session.channel(second), "start")
        back, seen_back = self._tried(TURN), arrives(self._session, self._stations)
        judged = []
        for one in self._stations:
            said = [line for line in lines if _mac(one) in line]
            judgement = taken_over(one.host.name, first, second, connected=connected[one.host.name], said=said)
            judged.append((f"{one.host.name} while {first} is down", judgement, ()))
        for one, outage in zip(self._stations, outages, strict=True):
            name = one.host.name
            again = on_its_segment(self._session.plan, one) in seen_back[name]
            after = replace(outage, back=back[name], arrived_back=again)
            judged.append((f"{name} while no authentication server answers", closed(after, self._servers[:2]), ()))
        return give_all(self._session, self._controls, judged)

    def _without(self, log: PointsLog) -> list[Outage]:
        """Terminals that were in leave and come back with all that they keep, and nobody answers for them."""
        words = {name: f"{NO_ANSWER} {address_of(self._session, name)}" for name in self._servers[:2]}
        stations = [OnAir(self._session, one.host.name) for one in self._stations]
        for station in stations:
            station.come_back()
        told = log.awaited(list(words.values()), seconds=TURN)
        states = [station.status().get("wpa_state") == "COMPLETED" for station in stations]
        tried = [ASKED in station.said() for station in stations]
        seen = arrives(self._session, self._stations)
        return [
            Outage(
                station=one.host.name,
                asked=tuple(name for name, said in words.items() if any(said in line for line in told)),
                tried=asked,
                connected=state,
                arrived=on_its_segment(self._session.plan, one) in seen[one.host.name],
            )
            for one, asked, state in zip(self._stations, tried, states, strict=True)
        ]

    def _tried(self, seconds: int) -> dict[str, bool]:
        """All of them ask at once; which of them were connected in time."""
        stations = [OnAir(self._session, one.host.name) for one in self._stations]
        for station in stations:
            station.join()
        return {station.name: station.connected(seconds) for station in stations}


@contextmanager
def silent(session: LabSession, names: Sequence[str]) -> Iterator[None]:
    """The servers stopped while the block runs; afterwards the access point starts with the first again."""
    with ExitStack() as stack:
        stack.callback(OnAir(session, POINT).run, "/usr/local/sbin/access-point restart")
        for name in names:
            channel = session.channel(name)
            stack.callback(_serves, channel, "start")
            _serves(channel, "stop")
        yield


def _serves(channel: SharedChannel, action: str) -> None:
    channel.run(SERVICE.format(action), timeout=60).check()


def _mac(one: Station) -> str:
    """As the servers write it."""
    return one.host.mac.upper().replace(":", "-")
