"""A terminal's own link, frame by frame, while it works in its tunnel and while it starts anew (VPN-03, VPN-16)."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Collection, Sequence

from lab.plan import AllowedFlow, Family, Host, Leg, Protocol, target
from lab.probe import Prober, open_prober
from lab.probe.agent.intruder import INTRUDERS
from lab.record import Attempt, Verdict
from lab.verdict import Judgement
from lab.verdict.link import Carried, tunnel_alone
from lab.verdict.words import segment_of
from lab.verify.judge import give_all
from lab.verify.session import DEADLINE, LabSession
from lab.verify.tunnel_events import AWAIT_UP, FUNCTIONS

PORTS = (500, 4500)  # IKE, and ESP in UDP beside it (RFC 3948)
DHCP = 67
PARTS, PIECES = (
    10,
    100,
)  # of the text: 64,000 characters in ten connections, each whole before the other end can close it
_LONGEST = 120  # seconds that the eager ones go on at the most
AFTER = 40  # packets into the tunnel that has come back
_TRIES = "/run/sanso-tries"
# What doesn't wait for a tunnel: as fast as it can from the first moment on, until the tunnel is there.
# An opening that nobody answers would hold up the next: nobody waits for it.
_EAGER = (
    "rm -f {tries}.*; say() {{ printf %s {word} | timeout 1 socat -u - $1 2>/dev/null; }}; "
    "datagrams() {{ n=0; until up; do for a in {datagrams}; do say $a; n=$((n+1)); done; echo $n >{tries}.udp; done; }}; "
    "openings() {{ n=0; until [ -e {tries}.up ]; do for a in {openings}; do say $a & sleep 0.01; n=$((n+1)); done; "
    "echo $n >{tries}.tcp; done; }}; "
    "openings & datagrams; : >{tries}.up; wait"
)
_TRIED = "cat {tries}.udp {tries}.tcp"


class OuterLink:
    """One terminal in its network. `entry`: its way to the VPN gateway; `clear`: segments that only a leak can be on."""

    def __init__(
        self, session: LabSession, terminal: Host, router: Host, outer: Leg, entry: AllowedFlow, clear: Collection[str]
    ) -> None:
        self._session, self._terminal, self._outer, self._clear = session, terminal, outer, clear
        self._router = session.channel(router.name)
        gateways = [target(session.plan, entry, family) for family in entry.families]
        self._tunnel = {f"udp {address}:{port}" for address in gateways for port in PORTS}
        own = [one.ip for leg in router.legs if leg.segment == outer.segment for one in leg.addresses]
        self._others = {f"udp {address}:{DHCP}" for address in own}
        self._screen = next(
            one for one in session.plan.allowed if (one.source, one.application) == (terminal.name, "rdp")
        )
        self._word, self._plain = (secrets.token_hex(32) for _ in range(2))

    def while_it_works(self, controls: Sequence[str]) -> list[Verdict]:
        """A file crosses to the one service that the terminal may reach; every frame on its link is looked at."""
        session, prober = self._session, self._session.prober
        where = f"{target(session.plan, self._screen, Family.IPV4)}:{self._screen.port}"
        prober.record()
        one = f"for i in $(seq {PIECES}); do printf %s {self._word}; done | timeout 5 socat -d -d -u - TCP:{where} 2>&1"
        # what reads it is no reader of files, and may close when it has seen the beginning
        line = f"n=0; for i in $(seq {PARTS}); do {one} | grep -q 'successfully connected' && n=$((n+1)); done; echo $n"
        stood = int(session.channel(self._terminal.name).run(line, timeout=90).check().stdout)
        state = "while a file crosses"
        return self._given(controls, state, self._judged(prober, state, tried=stood * PIECES, arrives=True))

    def while_it_starts_anew(self, controls: Sequence[str], attempts: Sequence[Attempt]) -> list[Verdict]:
        """Its container stops and starts, is wired, gets an address and its tunnel; what can't wait sends from the beginning."""
        session, name, state = self._session, self._terminal.name, "while it starts anew"
        session.require_untouched()
        session.release_prober()
        kinds = (Protocol.UDP, Protocol.TCP)
        datagrams, openings = (
            list(dict.fromkeys(_socket(a) for a in attempts if a.protocol is kind)) for kind in kinds
        )
        with open_prober(
            session.engine, session.lab, deadline=DEADLINE, without=(name,), numbers=session.numbers
        ) as prober:
            prober.record()
            session.lab.restart_host(name)
            channel = session.channel(name)
            told = {
                "datagrams": " ".join(datagrams),
                "openings": " ".join(openings),
                "word": self._word,
                "tries": _TRIES,
            }
            eager = shlex.quote(FUNCTIONS + _EAGER.format(**told))
            try:
                channel.run(f"setsid timeout {_LONGEST} sh -c {eager} >/dev/null 2>&1 </dev/null &").check()
            finally:
                session.lab.repair([drift for drift in session.lab.drift() if drift.host == name], spared=INTRUDERS)
            channel.run(AWAIT_UP, timeout=60).check()
            # one per kind
            counts = [int(count) for count in channel.run(_TRIED.format(tries=_TRIES)).check().stdout.split()]
            again = f"for i in $(seq {AFTER}); do printf %s {self._word} | socat -u - {datagrams[0]}; done"
            channel.run(again, timeout=20).check()
            judgement = self._judged(prober, state, tried=sum(counts) if all(counts) else 0, arrives=False)
        session.lab.record_state()
        session.disturbed(name)
        return self._given(controls, state, judgement)

    def _judged(self, prober: Prober, state: str, *, tried: int, arrives: bool) -> Judgement:
        name, link = self._terminal.name, self._outer.segment
        there = self._terminal.address(Family.IPV4, link)
        self._router.run(f"printf %s {self._plain} | socat -u - UDP4:{there}:9").check()
        place = f"{name}.{link}/from"
        heard = prober.recorded([self._word.encode(), self._plain.encode()], kinds=[place])
        mine, plain = ({seen.rpartition("/")[0] for seen in places} for places in heard.seen)
        outside = {port for port in mine if segment_of(port) in self._clear}
        carried = Carried(
            terminal=name,
            link=link,
            frames=heard.kinds[place],
            tunnel=self._tunnel,
            others=self._others,
            tried=tried,
            inside=bool(mine - outside) if arrives else None,
            outside=outside,
            readable=any(segment_of(port) == link for port in plain),
        )
        self._session.keep(name, f"frames {state}.txt", [f"{count}\t{kind}" for kind, count in carried.frames.items()])
        return tunnel_alone(carried)

    def _given(self, controls: Sequence[str], state: str, judgement: Judgement) -> list[Verdict]:
        subject = f"frames of {self._terminal.name} on {self._outer.segment} {state}"
        return give_all(self._session, controls, [(subject, judgement, ())])


def _socket(attempt: Attempt) -> str:
    """In socat's words."""
    kind, port = str(attempt.protocol).upper(), attempt.port or 443
    return (
        f"{kind}6:[{attempt.address}]:{port}" if attempt.family is Family.IPV6 else f"{kind}4:{attempt.address}:{port}"
    )
