"""The review of screen sessions, as a suite says it: `screen_review(desktop).finds_what_is_odd()` (SCR-08)."""

from __future__ import annotations

import re
import secrets
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lab.converge.screens import first_hop
from lab.pki import Account, accounts, terminals
from lab.reach.view import open_view
from lab.record import Verdict
from lab.verdict.screen_review import (
    REFUSALS,
    Planted,
    names_the_other_way,
    names_who_is_refused,
    reviewed_daily,
    takes_the_right_one,
)
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.reviews import SESSIONS, left, made_now
from lab.verify.screen_words import until
from lab.verify.screens import working
from lab.verify.session import LabSession
from lab.verify.store import Store

PROGRAM = "/usr/local/sbin/review-sessions"
RUNNING = "s6-svstat -o up /etc/sanso/services/session-review"
AT_ONCE = 2  # connections that a gateway takes of one terminal
ROUND, DEADLINE = 15.0, 60.0  # seconds for the refusals of one round, and for all of them
LONGEST = 30.0  # seconds that a review may leave to the next one
FROM = re.compile(r" ip (\S+) ")


class ScreenReviews:
    """The `screen_review` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, desk: str) -> ScreenReview:
        """The review of one desktop's sessions."""
        return ScreenReview(self._session, self._controls, desk)


class ScreenReview:
    """One desktop, its first terminal, and the store."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], desk: str) -> None:
        self._session, self._controls, self._desk = session, controls, desk
        self._account = next(one for one in accounts(session.plan) if one.desk == desk)
        self._store = Store(session)

    def runs_every_day(self) -> list[Verdict]:
        """Nobody has to ask for it: it is a service, and its last record is of today."""
        gateway = first_hop(self._session.plan, self._account).destination
        told = self._session.channel(self._store.host).run(RUNNING).check(0, 1).stdout.decode().strip()
        judgement = reviewed_daily(
            self._desk, gateway, left(self._session, SESSIONS), datetime.now(UTC), running=told == "true"
        )
        return give_all(self._session, self._controls, [(f"{self._desk}: review of its sessions", judgement, ())])

    def finds_what_is_odd(self) -> list[Verdict]:
        """A session that is right, the same person past the gateway, somebody who is refused again and again: then a review."""
        seen, account = working(self._session, self._account), self._account
        past = FROM.search(seen.beside)
        if not seen.logged.start.get("id") or past is None:
            raise CheckError(
                f"{self._desk}: no session by the gateway, or none past it, is in the log: there is nothing to review"
            )
        identities = {one.host: one.identity for one in terminals(self._session.plan)}
        stranger = replace(account, user=f"sanso-{secrets.token_hex(4)}")
        last = self._is_refused(stranger)
        terminal = identities.get(account.terminal, account.terminal)
        planted = Planted(seen.logged.start["id"], account.user, terminal, past[1], stranger.user, REFUSALS)
        record = self._covering(last)
        made = [
            ("a session that is right", takes_the_right_one(self._desk, planted, record)),
            ("a login past the gateway", names_the_other_way(self._desk, planted, record)),
            ("an account that is refused again and again", names_who_is_refused(self._desk, planted, record)),
        ]
        return give_all(
            self._session, self._controls, [(f"{self._desk}: review of {about}", judged, ()) for about, judged in made]
        )

    def _is_refused(self, stranger: Account) -> datetime:
        """As often as must not go unseen, by the terminal's own client. When the last was, by the central log; CheckError."""
        began = time.monotonic()
        with self._session.channel(stranger.terminal).alone(), self._session.channel(stranger.desk).alone():
            while (done := len(self._refusals(stranger))) < REFUSALS and time.monotonic() - began < DEADLINE:
                self._try(stranger, done, min(done + AT_ONCE, REFUSALS))
        moments = self._refusals(stranger)
        if len(moments) < REFUSALS:
            raise CheckError(
                f"{self._desk}: {len(moments)} refusals of {stranger.user} in the central log, not {REFUSALS}"
            )
        return max(moments)

    def _try(self, stranger: Account, done: int, wanted: int) -> None:
        """Until the log has them, or the clients are gone: the gateway may have sent one away while another's end was new."""
        terminal = self._session.channel(stranger.terminal)
        with ExitStack() as stack:
            views = [
                stack.enter_context(open_view(terminal, stranger.desk, "-", (f"/u:{stranger.user}",)))
                for _ in range(wanted - done)
            ]
            until(lambda: len(self._refusals(stranger)) >= wanted or all(view.ended() for view in views), ROUND)

    def _refusals(self, stranger: Account) -> list[datetime]:
        lines = self._store.lines(stranger.desk, f"INFO ] login failed for user {stranger.user}")
        return [datetime.fromisoformat(line.split(" ", 1)[0]) for line in lines]

    def _covering(self, moment: datetime) -> dict[str, Any]:
        """The record of a review by hand that reaches beyond that moment; CheckError if none does."""
        record = made_now(self._session, PROGRAM, self._desk)
        short = (moment - datetime.fromisoformat(record["to"])).total_seconds()
        if 0 <= short <= LONGEST:  # what is young is left to the next one: the clock has to move on
            time.sleep(short + 0.1)
            record = made_now(self._session, PROGRAM, self._desk)
        if datetime.fromisoformat(record["to"]) <= moment:
            raise CheckError(f"{self._desk}: a review covers the time to {record['to']}, not {moment}")
        return record
