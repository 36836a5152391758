"""Events on their way to the central log."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable

import tenacity

from lab.record import Observation, State, Verdict, Warrant
from lab.verdict import Judgement
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.session import LabSession
from lab.verify.store import STORE, connect_anew

DEADLINE = 10.0  # seconds for an event to cross; ulogd2 alone may hold a line for 1.5
FIRST = 4.0  # seconds for the first of two packets: what is lost on the way never comes


class Journal:
    """The `journal` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def arrives_from(self, source: str) -> list[Verdict]:
        """A fresh, unguessable event written on `source` stands in that host's own file of the store within ten seconds."""
        word = f"sanso-{secrets.token_hex(8)}"
        connect_anew(self._session, source)
        sent = self._session.channel(source).run(["logger", "-t", "sanso-check", word])
        if sent.rc:
            raise CheckError(f"{source}: logger failed: {sent.stderr.decode().strip()}")
        line = self.wait(source, word)
        judgement = (
            Judgement(
                State.PASS, Warrant.WITNESSED, f"arrived in the store as {line!r}", f"集中ログに到達しました: {line!r}"
            )
            if line
            else Judgement(
                State.FAIL,
                Warrant.WITNESSED,
                f"an event of {source} was not in the store after {DEADLINE:.0f} s",
                f"{source} のイベントが {DEADLINE:.0f} 秒以内に集中ログへ届きませんでした",
            )
        )
        verdicts = [give(self._session, control, f"event of {source}", judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def line_of(
        self, device: str, seen: Observation, words: Callable[[Observation], tuple[str, ...]]
    ) -> tuple[str, tuple[Observation, ...]]:
        """The line of a packet that the device dropped ("" if there is none), and the packets that it was looked for by.

        Syslog over TLS has no acknowledgements (RFC 5425): lines that were under way when a connection ended are lost. So
        one more packet of the same kind is sent before the firewall is blamed: a rule that doesn't log logs neither.
        """
        if line := self.wait(device, *words(seen), seconds=FIRST):
            return line, (seen,)
        connect_anew(self._session, device)
        (second,) = self._session.prober.observe([seen.attempt])
        self._session.saw(second)
        return self.wait(device, *words(second)), (seen, second)

    def wait(self, source: str, *words: str, seconds: float = DEADLINE) -> str:
        """The first line of that host's file with all the words, "" if none came within so many seconds."""
        plan = self._session.plan
        server = next(host.name for host in plan.hosts if "log_server" in host.roles)
        path = f"{STORE}/{source}.log"
        find = f"grep -F -e {shlex.quote(words[0])} {shlex.quote(path)}"
        for word in words[1:]:
            find += f" | grep -F -e {shlex.quote(word)}"
        channel = self._session.channel(server)

        @tenacity.retry(
            retry=tenacity.retry_if_result(lambda line: not line),
            wait=tenacity.wait_fixed(0.05),
            stop=tenacity.stop_after_delay(seconds),
            retry_error_callback=lambda _state: "",
        )
        def look() -> str:
            return channel.run(f"{find} | tail -n 1").stdout.decode(errors="replace").strip()

        return str(look())
