"""Access-Accepts that were spoiled on their way to the access point: whoever rests on one must not get in (RAD-03, R1).

A relay at the authentication server's own address and port hands on what it and the access point say to each other; behind it
the server's own configuration runs once more. So all is real but the one packet that opens the network.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lab.plan import Family
from lab.probe.shipped import command, programs
from lab.reach import TreeFile
from lab.record import Verdict
from lab.verdict.believed import Shown, not_believed
from lab.verify.eapol import put_in_memory
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.shared import SharedChannel
from lab.verify.wireless.canaries import address_of
from lab.verify.wireless.hosts import POINT, OnAir, PointsLog, staff
from lab.verify.wireless.joining import servers
from lab.verify.wireless.servers import silent

OWN, COPY, PLACE = "/etc/sanso/radius_server", "/run/sanso-behind", "/run/sanso-forged"
PORT, FAR, FAR_ACCOUNTING = 1812, 18121, 18131
READY = 20  # seconds
# seconds until the access point has to say what it thinks; it asks a silent server for 45 before the next
PATIENCE = 25
JOINING, AFTERWARDS = 60, 3  # seconds to be let in, and for what must not come once a packet was complained of
_COPY = (
    f"umask 077; rm -rf {COPY} {PLACE}; mkdir {PLACE} && cp -a {OWN} {COPY} && sed -i -e 's#{OWN}#{COPY}#g' "
    f"-e 's#/run/radius_server#{COPY}#g' -e 's/ipaddr = {{point}}$/ipaddr = {{server}}/' "
    f"-e 's/port = 1812$/port = {FAR}/' -e 's/port = 1813$/port = {FAR_ACCOUNTING}/' {COPY}/radiusd.conf"
)
_START = f"""
freeradius -f -l stdout -d {COPY} -n radiusd >{COPY}/log 2>&1 </dev/null &
echo $! >{PLACE}/pids
timeout {READY} sh -c 'until grep -q "Ready to process" {COPY}/log; do sleep 0.05; done'
if [ $? -ne 0 ]; then tail -n 3 {COPY}/log >&2; exit 1; fi
cd {PLACE} && echo right >how
{{relay}} >said 2>&1 </dev/null &
echo $! >>{PLACE}/pids
timeout {READY} sh -c 'until [ -e {PLACE}/sent ]; do sleep 0.05; done'
if [ $? -ne 0 ]; then tail -n 3 said >&2; exit 1; fi
"""
_STOP = f"""
[ -e {PLACE}/pids ] || exit 0
for p in $(cat {PLACE}/pids); do kill $p 2>/dev/null; done
for p in $(cat {PLACE}/pids); do timeout 10 sh -c "while kill -0 $p 2>/dev/null; do sleep 0.05; done"; done
rm -rf {COPY} {PLACE}
"""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One way, in the relay's words, for people, and what the access point must say of such a packet."""

    how: str
    en: str
    ja: str
    reason: str


WRONG = "Invalid Message-Authenticator"
WAYS = (
    Spoiled("absent", "an Access-Accept without Message-Authenticator", "Message-AuthenticatorのないAccess-Accept",
            "No Message-Authenticator attribute found"),
    Spoiled("wrong", "an Access-Accept with a wrong Message-Authenticator", "誤ったMessage-AuthenticatorのAccess-Accept",
            WRONG),
    Spoiled("twice", "an Access-Accept with two Message-Authenticators", "Message-Authenticatorが重複したAccess-Accept",
            "Multiple Message-Authenticator attributes"),
    Spoiled("secret", "an Access-Accept made with another secret", "別の共有シークレットによるAccess-Accept", WRONG),
    Spoiled("request", "an Access-Accept for another request", "別の要求へのAccess-Accept", WRONG),
)  # fmt: skip


class Forged:
    """The `forged_answers` fixture: `forged_answers.are_not_believed()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls
        self._servers, stations = servers(session.plan), staff(session.plan)
        if not stations:
            raise CheckError("no station of staff is there to be let in")
        self._one = stations[0]

    def are_not_believed(self) -> list[Verdict]:
        """A right terminal, with every Access-Accept for it spoiled in one way; with those made right it is let in."""
        name = self._one.host.name
        with self._between() as server:
            before = self._tried(server, "right", "")
            made = [self._tried(server, one.how, one.reason) for one in WAYS]
            after = self._tried(server, "right", "")
        good = before.let_in and after.let_in
        return give_all(
            self._session,
            self._controls,
            [
                (f"{one.en} at {POINT} for {name}", not_believed(POINT, one.en, one.ja, shown, good=good), ())
                for one, shown in zip(WAYS, made, strict=True)
            ],
        )

    def _tried(self, server: str, how: str, reason: str) -> Shown:
        """The station joins afresh; what became of it once the access point has said what it thinks of the packet."""
        channel, station = self._session.channel(server), OnAir(self._session, self._one.host.name)
        channel.run(f"echo {how} >{PLACE}/how && : >{PLACE}/sent").check()
        log = PointsLog(self._session)
        station.join()
        if reason:
            log.awaited([reason], seconds=PATIENCE)
        let_in = station.connected(AFTERWARDS if reason else JOINING)
        sent = channel.run(["cat", f"{PLACE}/sent"]).check().stdout.decode().split()
        lines = [line for line in log.lines() if reason and reason in line]
        return Shown(sent=sent.count(how), let_in=let_in, said=tuple(lines))

    @contextmanager
    def _between(self) -> Iterator[str]:
        """The relay in the first server's place while the block runs, no other server there. The first's name."""
        plan, server = self._session.plan, self._servers[0]
        point, channel = plan.on_air(POINT), self._session.channel(server)
        if point is None:
            raise CheckError(f"{POINT} is on no air of this lab")
        addresses = {"point": str(point.address(Family.IPV4)), "server": address_of(self._session, server)}
        with silent(self._session, self._servers), channel.alone():
            try:
                channel.run(_STOP, timeout=60)  # what a run that was killed has left
                channel.run(_COPY.format(**addresses)).check()
                put_in_memory(channel, [TreeFile(f"{PLACE}{path}", content) for path, content in programs().items()])
                self._must(channel, _START.format(relay=_relay(addresses["server"])))
                OnAir(self._session, POINT).run("/usr/local/sbin/access-point restart")
                yield server
            finally:
                channel.run(_STOP, timeout=60)

    def _must(self, channel: SharedChannel, line: str) -> None:
        done = channel.run(line, timeout=2 * READY + 10)
        if done.rc:
            raise CheckError(f"the relay did not start: {done.stderr.decode(errors='replace')[-300:]}")


def _relay(server: str) -> str:
    """The shell's words for it; the secret stays in the server's own file."""
    secret = f"{OWN}/secrets/{POINT}.conf"
    return shlex.join(
        command("radius_relay", server, str(PORT), server, str(FAR), secret, f"{PLACE}/how", f"{PLACE}/sent")
    )
