"""Events that a host's own service logs, by asking the service: each must stand in that host's file of the store."""

from __future__ import annotations

import secrets
import time

from lab.errors import LabError
from lab.plan import AllowedFlow
from lab.record import Application, Attempt, State, Verdict, Warrant
from lab.verdict import Judgement
from lab.verify.journal import DEADLINE, Journal
from lab.verify.judge import give, settle
from lab.verify.marks import CheckError
from lab.verify.planned import logged_questions
from lab.verify.session import LabSession
from lab.verify.store import connect_anew
from lab.verify.trip import address, wish_of

Asked = tuple[Application, tuple[str, ...], float]


class _Questions(dict[AllowedFlow, Asked | Exception]):
    """Each service's question, its words, and when it was asked."""


class Events:
    """The `events` fixture: `events.are_logged(flow)`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def are_logged(self, flow: AllowedFlow) -> list[Verdict]:
        """A question with an unguessable word in it, asked over `flow`, stands in the log of whoever answers it."""
        asked = self._all_asked()[flow]
        if isinstance(asked, Exception):
            raise asked
        seen, words, asked_at = asked
        journal = Journal(self._session, self._controls)
        line = journal.wait(flow.destination, *words, seconds=asked_at + DEADLINE - time.monotonic())
        judgement = (
            Judgement(State.PASS, Warrant.WITNESSED, f"logged as {line!r}", f"記録されました：{line!r}")
            if line
            else Judgement(
                State.FAIL,
                Warrant.WITNESSED,
                f"{flow.destination} answered {flow.source}, but no line of it was in the store after {DEADLINE:.0f} s",
                f"{flow.destination} は {flow.source} に応答しましたが、{DEADLINE:.0f} 秒以内に集中ログへ記録されませんでした",
            )
        )
        subject = f"{flow.application} event of {flow.destination}"
        verdicts = [give(self._session, control, subject, judgement, (seen,)) for control in self._controls]
        settle(verdicts)
        return verdicts

    def _all_asked(self) -> dict[AllowedFlow, Asked | Exception]:
        """Every service's question, and when it was asked: all at once, at the first call, so that all wait together."""
        asked = self._session.memory.of(_Questions)
        if not asked:
            for flow in logged_questions(self._session.plan):
                try:
                    connect_anew(self._session, flow.destination)
                    seen, words = self._asked(flow)
                except (CheckError, LabError) as error:
                    asked[flow] = error
                    continue
                self._session.saw(seen)
                asked[flow] = seen, words, time.monotonic()
        return asked

    def _asked(self, flow: AllowedFlow) -> tuple[Application, tuple[str, ...]]:
        """The exchange, and the words by which its line is known."""
        session, family = self._session, flow.families[0]
        target, word = session.plan.host(flow.destination), f"sanso-{secrets.token_hex(8)}"
        attempt = Attempt(
            source=flow.source,
            destination=flow.destination,
            address=address(session.plan, wish_of(flow, family)),
            family=family,
            protocol=flow.protocol,
            port=flow.port,
        )
        if flow.application == "https":
            seen = session.prober.https(
                attempt, server_name=target.names[0], ca_pem=session.root_pem(), path=f"/{word}"
            )
            return seen, (f"GET /{word} ",)
        if flow.application == "dns":
            name = f"{word}.{target.names[0].partition('.')[2]}"
            return session.prober.dns(attempt, name=name, rtype="A"), (f"{name}.",)
        raise CheckError(f"no event is known for the application {flow.application!r}")
