"""The authentication servers of the wireless networks, silent one after the other, and then together (RAD-09)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from lab.record import Verdict
from lab.verdict.servers import Outage, closed, taken_over
from lab.verify.decisions import Decisions
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.shared import SharedChannel
from lab.verify.wireless.canaries import address_of, arrives
from lab.verify.wireless.hosts import CONNECTED, POINT, OnAir, PointsLog, Station, on_its_segment, staff
from lab.verify.wireless.joining import servers

SERVICE = "/usr/lib/sanso/service {} freeradius"
TURN = 150  # seconds: an access point asks a silent server for 45 before it turns to the next, longer on a busy machine
ASKED = "CTRL-EVENT-EAP-STARTED"  # a station's own word that it is associated and has begun to prove itself
NO_ANSWER = "No response from Authentication server"


class Servers:
    """The `wireless_servers` fixture: `wireless_servers.answer_for_each_other()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls
        self._servers, self._stations = servers(session.plan), staff(session.plan)
        if len(self._servers) < 2:  # noqa: PLR2004
            raise CheckError(
                f"the access point asks {', '.join(self._servers) or 'no server'} alone: nobody can take over"
            )

    def answer_for_each_other(self) -> list[Verdict]:
        """With the first server down every network's terminal is let in by the next."""
        first, second = self._servers[:2]
        decisions = Decisions(self._session, second)
        with silent(self._session, [first]):
            connected = self._tried(self._stations, TURN)
            lines = decisions.awaited([_mac(one) for one in self._stations if connected[one.host.name]])
        judged = []
        for one in self._stations:
            said = [line for line in lines if _mac(one) in line]
            judgement = taken_over(one.host.name, first, second, connected=connected[one.host.name], said=said)
            judged.append((f"{one.host.name} while {first} is down", judgement, ()))
        return give_all(self._session, self._controls, judged)

    def let_nobody_in_when_all_are_down(self) -> list[Verdict]:
        """With both down a terminal that was in and comes back is not let in, and what it sends goes nowhere."""
        asked = {name: f"{NO_ANSWER} {address_of(self._session, name)}" for name in self._servers[:2]}
        for one in self._stations:
            station = OnAir(self._session, one.host.name)
            station.join()
            station.awaits(CONNECTED)
        with silent(self._session, self._servers):
            log = PointsLog(self._session)
            for one in self._stations:
                OnAir(self._session, one.host.name).come_back()
            told = log.awaited(list(asked.values()), seconds=2 * TURN)
            named = tuple(name for name, words in asked.items() if any(words in line for line in told))
            tried = {one.host.name: ASKED in OnAir(self._session, one.host.name).said() for one in self._stations}
            states = {one.host.name: OnAir(self._session, one.host.name).status() for one in self._stations}
            seen = arrives(self._session, self._stations)
        back = self._tried(self._stations, TURN)
        seen_back = arrives(self._session, self._stations)
        judged = []
        for one in self._stations:
            name, port = one.host.name, on_its_segment(self._session.plan, one)
            outage = Outage(
                station=name,
                asked=named,
                tried=tried[name],
                connected=states[name].get("wpa_state") == "COMPLETED",
                arrived=port in seen[name],
                back=back[name],
                arrived_back=port in seen_back[name],
            )
            judged.append((f"{name} while no authentication server answers", closed(outage, self._servers[:2]), ()))
        return give_all(self._session, self._controls, judged)

    def _tried(self, stations: Sequence[Station], seconds: int) -> dict[str, bool]:
        """All of them ask at once; which of them were connected in time."""
        for one in stations:
            OnAir(self._session, one.host.name).join()
        return {one.host.name: OnAir(self._session, one.host.name).connected(seconds) for one in stations}


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
