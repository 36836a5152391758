"""The access point itself, as stations and the management zone find it (WLAN-14)."""

from __future__ import annotations

import re

from lab.plan import Family
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.stations import Approach, out_of_reach, serves_nothing
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.wireless.canaries import address_of
from lab.verify.wireless.heard import server_of
from lab.verify.wireless.hosts import CONNECTED, POINT, OnAir, Station
from lab.verify.wireless.joining import servers

PORTS = (22, 23, 80, 443, 161, 5246)  # SSH, Telnet, HTTP, HTTPS, SNMP, CAPWAP control
ADDRESSES = (
    "all=$(ip -o address show scope global) && printf '%s\\n' \"$all\" | awk '{sub(/\\/.*/, \"\", $4); print $4}'"
)
LISTENING = (
    "all=$(ss -Hltun) || exit 3; printf '%s\\n' \"$all\" | awk 'NF {print $1 \"/\" $5}' |"
    " grep -vE '/(127\\.|\\[::1\\])' || [ $? -eq 1 ]"
)
PING = "ping -c 2 -i 0.3 -W 2 {} >/dev/null 2>&1"
PROOF = 49151  # a port that nothing listens on; a listener there for a moment shows that listeners are seen
_ASKED = re.compile(r"(\d+) (\d+) ?(.*)")
_KILLED = "124"  # by `timeout`
SHOWN = (
    f"socat -u TCP-LISTEN:{PROOF} OPEN:/dev/null & proof=$!; n=0;"
    f" until ss -Hltn | grep -q :{PROOF} || [ $n -ge 200 ]; do n=$((n+1)); usleep 100000; done;"
    f" ({LISTENING}); code=$?; kill $proof; wait $proof 2>/dev/null; exit $code"
)


class Management:
    """The `point_management` fixture: `point_management.is_out_of_reach_of(network)`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls
        self._point = OnAir(session, POINT)
        self._server = servers(session.plan)[0]
        point = session.plan.on_air(POINT)
        self._own = "" if point is None else str(point.address(Family.IPV4))

    def is_out_of_reach_of(self, one: Station) -> list[Verdict]:
        """A station asks every address of the access point: echo, and each port that such a device is administered by."""
        station = OnAir(self._session, one.host.name)
        station.join()
        station.awaits(CONNECTED)
        asked, answered, wired = [], [], []
        found = self._point.run(ADDRESSES).split()
        for address in found:
            if self._session.channel(self._server).run(PING.format(address)).rc == 0:
                wired.append(f"{address} ping")
            asked.append(f"{address} ping")
            if station.channel.run(PING.format(address), timeout=60).rc == 0:
                answered.append(f"{address} ping")
            asked += [f"{address} tcp/{port}" for port in PORTS]
            answered += [f"{address} tcp/{port}" for port in _tcp(station, address)]
        server = address_of(self._session, server_of(self._session.plan, one).name)
        served = station.channel.run(PING.format(server), timeout=60).rc == 0 and bool(_tcp(station, server))
        seen = Approach(
            one.host.name,
            tuple(asked),
            tuple(answered),
            tuple(wired),
            served,
            tuple(one for one in found if one != self._own),
        )
        return self._give(f"{POINT} from {one.host.name}", out_of_reach(seen))

    def serves_nothing(self) -> list[Verdict]:
        """No socket of the access point listens beyond loopback."""
        if not any(f":{PROOF}" in one for one in self._point.run(SHOWN).split()):
            raise CheckError(f"{POINT} doesn't tell of a listener that was put there to be seen")
        here = self._point.run(LISTENING).split()
        there = self._session.channel(self._server).run(LISTENING).check().stdout.decode().split()
        return self._give(f"listeners of {POINT}", serves_nothing(POINT, here, elsewhere=there))

    def _give(self, subject: str, judgement: Judgement) -> list[Verdict]:
        return give_all(self._session, self._controls, [(subject, judgement, ())])


def _tcp(station: OnAir, address: str) -> list[int]:
    """The ports that anything came back from, a connection or a refusal; all are asked at once. CheckError if one wasn't."""
    kind, literal = ("TCP6", f"[{address}]") if ":" in address else ("TCP4", address)
    one = f"timeout 20 socat -u OPEN:/dev/null {kind}:{literal}:$p,connect-timeout=2 2>&1"
    line = f"for p in {' '.join(map(str, PORTS))}; do (said=$({one}); echo $p $? $said) & done; wait"
    told = station.channel.run(line, timeout=60).check().stdout.decode(errors="replace")
    answered, asked = answers(told)
    if missing := set(PORTS) - asked:
        raise CheckError(f"{station.name} did not ask {address} for {', '.join(map(str, sorted(missing)))}")
    return answered


def answers(told: str) -> tuple[list[int], set[int]]:
    """(ports that anything came back from, ports that were asked to the end), from lines "PORT CODE WORDS"."""
    lines = [found.groups() for line in told.splitlines() if (found := _ASKED.match(line))]
    return (
        [int(port) for port, code, words in lines if code == "0" or "refused" in words],
        {int(port) for port, code, _ in lines if code != _KILLED},
    )
