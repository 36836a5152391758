"""A session's end that a RADIUS server sets (Session-Timeout), at the VPN gateway that has to keep it (VPN-14).

For one login the gateway is sent to the server's twin, which lets terminals in for some seconds. The client asks the gateway for
nothing afterwards, neither for a new tunnel (RFC 4478) nor for the end of its own, and seals a packet for its screen every now and
then: what ends that is the gateway.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from lab.pki import terminals
from lab.plan import AllowedFlow
from lab.probe.outsider import Held, Outsider
from lab.record import Verdict
from lab.verdict.hours import ENDING, GRACE, Session, ends_in_time
from lab.verdict.words import host_of
from lab.verify.decisions import Decisions
from lab.verify.entries import GOOD
from lab.verify.forger import ENCAPSULATED, Forger
from lab.verify.judge import give_all
from lab.verify.loaded import listed
from lab.verify.marks import CheckError
from lab.verify.outsiders import Gateway
from lab.verify.radius_twin import FOLDER, PORTS, Twin
from lab.verify.session import LabSession
from lab.verify.tunnel_events import AWAIT_UP, SERVICE

TIMEOUT = 11  # seconds: a little more than those before the end in which the gateway awaits a new login
PATIENT = replace(GOOD, more="over_time = 0s\n    rand_time = 0s")  # asks anew when it is told to, and not before
_PAUSE, _AFTER = 0.5, 4  # seconds between packets; how many must be lost at the end
_SETTINGS, _KEPT = "/etc/strongswan.conf", "/run/sanso-strongswan.conf"
_AWAY = f"""
cp -p {_SETTINGS} {_KEPT} && sed -i '/servers {{/,/}}/s/^ *address = .*/&\\nauth_port = {PORTS[1812]}/' {_SETTINGS} &&
swanctl --reload-settings
"""
_BACK = f"cp -p {_KEPT} {_SETTINGS} && rm -f {_KEPT} && swanctl --reload-settings"


class SessionEnd:
    """One gateway, the server that it asks, and a terminal whose place the client takes meanwhile."""

    def __init__(self, session: LabSession, controls: Sequence[str], flow: AllowedFlow, terminal: str) -> None:
        self._session, self._controls, self._flow, self._terminal = session, controls, flow, terminal
        self._identity = next(one.identity for one in terminals(session.plan) if one.host == terminal)
        self._server, self._gateway = session.channel(flow.destination), session.channel(flow.source)
        self._twin = Twin(self._server, flow.destination)
        self._door = Gateway(session, controls, flow.source, terminal)

    def is_the_gateways(self) -> list[Verdict]:
        """Until when packets of the client get through."""
        with ExitStack() as stack:
            for channel in (self._server, self._gateway, self._session.channel(self._terminal)):
                stack.enter_context(channel.alone())
            stack.enter_context(self._twin.made())
            stack.callback(self._door.forget)
            stack.enter_context(self._away())
            seen = self._seen(stack)
        subject = f"session of {self._identity} at {self._flow.source} by {self._flow.destination}"
        return give_all(self._session, self._controls, [(subject, ends_in_time(seen), ())])

    def _seen(self, stack: ExitStack) -> Session:
        plan = self._session.plan
        log = Decisions(self._session, self._flow.source)
        client = stack.enter_context(self._door.plugged())
        self._twin.change('s/(Login-Time :=) "[^"]*"/\\1 "Al0000-2359"/')
        self._twin.change(f"s/^    post-auth \\{{$/&\\nupdate reply {{\\n\\&Session-Timeout := {TIMEOUT}\\n}}/")
        forger = Forger(
            self._session, plan.host(self._terminal), plan.host(self._flow.source), plan.host(self._flow.destination)
        )
        self._session.prober.record()
        with self._twin.running(), self._asks_the_twin():
            held = stack.enter_context(client.held(self._door.files(PATIENT), stays=True))
            begun = time.monotonic()
            self._was_asked()
        sent = self._sent(client, held, forger, begun)
        places = self._session.prober.recorded([token for token, _ in sent]).seen
        lines = log.awaited_until(lambda lines: any(ENDING in line for line in lines))
        self._session.keep(self._flow.source, "session-end.log", lines)
        there = [any(host_of(place) == forger.screen for place in seen) for seen in places]
        through = [after for (_, after), arrived in zip(sent, there, strict=True) if arrived]
        lost = next((at for at, arrived in enumerate(reversed(there)) if arrived), len(there))
        return Session(self._identity, TIMEOUT, through[-1] if through else None, lost, self._said(lines))

    def _sent(self, client: Outsider, held: Held, forger: Forger, begun: float) -> list[tuple[bytes, float]]:
        """Text and second of each packet for the screen, until some after the tunnel is gone, or its time and more is over."""
        sent, left, entrance = list[tuple[bytes, float]](), _AFTER, self._door.entrance()
        while left and time.monotonic() < begun + TIMEOUT + GRACE + _AFTER * _PAUSE:
            token, datagram = forger.allowed(held, len(sent))
            client.send([datagram], entrance, ENCAPSULATED)
            sent.append((token, time.monotonic() - begun))
            told = self._gateway.run("swanctl --list-sas --raw --noblock").check().stdout.decode(errors="replace")
            left -= not listed(told, self._identity)
            time.sleep(_PAUSE)
        return sent

    def _said(self, lines: Sequence[str]) -> tuple[str, ...]:
        """The gateway's lines about the tunnels of that identity."""
        marks = {_mark(line) for line in lines if "established between" in line and self._identity in line}
        return tuple(line for line in lines if _mark(line) in marks)

    def _was_asked(self) -> None:
        """It was the twin that let the client in. CheckError if not: what it sets says nothing then."""
        if self._server.run(["grep", "-qF", self._identity, f"{FOLDER}/log"]).rc:
            raise CheckError(f"{self._flow.source} did not ask the twin of {self._flow.destination}")

    @contextmanager
    def _asks_the_twin(self) -> Iterator[None]:
        try:
            self._gateway.run(_AWAY).check()
            yield
        finally:
            self._gateway.run(_BACK).check()

    @contextmanager
    def _away(self) -> Iterator[None]:
        """The terminal's own daemon is down while the block runs: it would take its place back."""
        channel = self._session.channel(self._terminal)
        channel.run(f"{SERVICE} stop charon").check()
        try:
            yield
        finally:
            if channel.run(f"{SERVICE} start charon && {{ {AWAIT_UP}; }}", timeout=60).rc:
                raise CheckError(f"{self._terminal} did not get its tunnel back")


def _mark(line: str) -> str:
    """How charon marks the lines of one connection: "telework|46"."""
    return line.partition("<")[2].partition(">")[0]
