"""Events on their way to the central log."""

from __future__ import annotations

import secrets
import shlex
import time
from collections.abc import Callable, Sequence

import tenacity

from lab.errors import LabError
from lab.record import Observation, State, Verdict, Warrant
from lab.verdict import Judgement
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.planned import of_application
from lab.verify.session import LabSession
from lab.verify.store import STORE, Store, connect_anew

DEADLINE = 10.0  # seconds for an event to cross, on a busy machine
FIRST = 4.0  # seconds after it was sent for the first of two packets: what is lost on the way never comes


class _Events(dict[str, tuple[str, float] | Exception]):
    """Sender -> its word and when it was written."""


class Journal:
    """The `journal` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def arrives_from(self, source: str) -> list[Verdict]:
        """A fresh, unguessable event written on `source` stands in that host's own file of the store within ten seconds."""
        sent = self._sent(source)
        if isinstance(sent, Exception):
            raise sent
        word, sent_at = sent
        line = self.wait(source, word, seconds=sent_at + DEADLINE - time.monotonic())
        judgement = (
            Judgement(
                State.PASS, Warrant.WITNESSED, f"arrived in the store as {line!r}", f"集中ログに到達しました：{line!r}"
            )
            if line
            else self._missing(source)
        )
        verdicts = [give(self._session, control, f"event of {source}", judgement) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _missing(self, source: str) -> Judgement:
        """An event that didn't come; a store without room for it is named."""
        why, why_ja = (
            ("; the store's disk is full", "（集中ログのディスクに空きがありません）")
            if Store(self._session).is_full()
            else ("", "")
        )
        return Judgement(
            State.FAIL,
            Warrant.WITNESSED,
            f"an event of {source} was not in the store after {DEADLINE:.0f} s{why}",
            f"{source} のイベントが {DEADLINE:.0f} 秒以内に集中ログへ届きませんでした{why_ja}",
        )

    def lines_of(
        self, device: str, packets: Sequence[Observation], words: Callable[[Observation], tuple[str, ...]]
    ) -> list[tuple[str, tuple[Observation, ...]]]:
        """For each packet that the device dropped: its line ("" if there is none), and the packets it was looked for by.

        Syslog over TLS has no acknowledgements (RFC 5425): lines that were under way when a connection ended are lost. So
        one more packet of the same kind is sent before the firewall is blamed: a rule that doesn't log logs neither.
        """
        newest = max((packet.sent_at_ns or 0 for packet in packets), default=0) / 1e9
        lines = self._lines(device, [words(packet) for packet in packets], newest + FIRST - time.time())
        found = [(line, (packet,)) for line, packet in zip(lines, packets, strict=True)]
        lost = [number for number, line in enumerate(lines) if not line]
        if not lost:
            return [*found]
        connect_anew(self._session, device)
        again = self._session.prober.observe([packets[number].attempt for number in lost])
        for packet in again:
            self._session.saw(packet)
        second = self._lines(device, [words(packet) for packet in again], DEADLINE)
        told = dict(zip(lost, zip(second, again, strict=True), strict=True))
        return [
            (told[number][0], (packet, told[number][1])) if number in told else each
            for number, (packet, each) in enumerate(zip(packets, found, strict=True))
        ]

    def wait(self, source: str, *words: str, seconds: float = DEADLINE) -> str:
        """The last line of that host's file with all the words, "" if none came within so many seconds."""
        return self._lines(source, [words], seconds)[0]

    def _sent(self, source: str) -> tuple[str, float] | Exception:
        """Its word and when it was written. At the first call all senders write theirs, so that all wait together.

        One that is busy with something longer is left until it is asked about.
        """
        events = self._session.memory.of(_Events)
        if source not in events:
            for flow in of_application(self._session.plan, "syslog-tls"):
                if flow.source in events or not (flow.source == source or self._session.channel(flow.source).idle):
                    continue
                try:
                    events[flow.source] = self._send(flow.source)
                except (CheckError, LabError) as error:
                    events[flow.source] = error
        return events[source]

    def _send(self, source: str) -> tuple[str, float]:
        word = f"sanso-{secrets.token_hex(8)}"
        connect_anew(self._session, source)
        sent = self._session.channel(source).run(["logger", "-t", "sanso-check", word])
        if sent.rc:
            raise CheckError(f"{source}: logger failed: {sent.stderr.decode().strip()}")
        return word, time.monotonic()

    def _lines(self, source: str, wanted: Sequence[Sequence[str]], seconds: float) -> list[str]:
        """For each of these sets of words the last line of that host's file with all of them, or "".

        Looks until all are there or the seconds are over, and once at least.
        """
        server = next(host.name for host in self._session.plan.hosts if "log_server" in host.roles)
        channel, path = self._session.channel(server), shlex.quote(f"{STORE}/{source}.log")
        found = [""] * len(wanted)

        @tenacity.retry(
            retry=tenacity.retry_if_result(lambda whole: not whole),
            wait=tenacity.wait_fixed(0.05),
            stop=tenacity.stop_after_delay(seconds),
            retry_error_callback=lambda _state: False,
        )
        def look() -> bool:
            missing = [number for number, line in enumerate(found) if not line]
            script = "; ".join(f'echo {number} "$({_find(path, wanted[number])})"' for number in missing)
            for said in channel.run(script).stdout.decode(errors="replace").splitlines():
                number, _, line = said.partition(" ")
                found[int(number)] = line.strip()
            return all(found)

        look()
        return found


def _find(path: str, words: Sequence[str]) -> str:
    first, *more = (f"grep -a -F -e {shlex.quote(word)}" for word in words)
    return " | ".join([f"{first} {path} 2>/dev/null", *more, "tail -n 1"])
