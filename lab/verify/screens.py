"""Screen transfer, as a suite says it: `screens(desktop).clipboard_carries_nothing()`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from lab.errors import LabError
from lab.pki import Account, accounts, terminals
from lab.record import Verdict
from lab.verdict import Judgement
from lab.verdict.screen_access import Entry, entry, idle, logged
from lab.verdict.screens import DEVICES, EXTRAS, clipboard, devices
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.screen_impostor import meets_an_impostor
from lab.verify.screen_run import Rehearsal, Rehearsed
from lab.verify.session import LabSession

WEAK = ("password", "code")  # words of the attempts with less than both factors


class _Impostors(dict[str, Entry]):
    """Desktop -> what its terminal's client does when another stands in its place."""


class Desk:
    """One desktop, seen from its first terminal."""

    def __init__(self, session: LabSession, controls: tuple[str, ...], desk: str) -> None:
        self._session, self._controls, self._desk = session, controls, desk
        self._account = next(one for one in accounts(session.plan) if one.desk == desk)

    def clipboard_carries_nothing(self) -> list[Verdict]:
        """Neither text nor image, neither way (SCR-03)."""
        seen = self._working()
        return self._give([("clipboard", clipboard(self._desk, seen.delivered, seen.control))])

    def takes_no_device(self) -> list[Verdict]:
        """No drive, card or port, no dynamic channel, which carries microphones and USB, none that is invented (SCR-04)."""
        seen = self._working()
        return self._give([("devices", devices(self._desk, seen.delivered, seen.control, EXTRAS))])

    def takes_no_printer(self) -> list[Verdict]:
        """Printers come over the channel of drives and cards (SCR-05)."""
        seen = self._working()
        return self._give([("printers", devices(self._desk, seen.delivered, seen.control, {DEVICES}))])

    def shows_pixels_alone(self) -> list[Verdict]:
        """A session is there, and nothing comes along with it: what SCR-03 to SCR-05 ask, of a desktop shown in LG (SAN-03)."""
        seen = self._working()
        made = [("clipboard", clipboard(self._desk, seen.delivered, seen.control))]
        made.append(("devices", devices(self._desk, seen.delivered, seen.control, EXTRAS)))
        return self._give(made)

    def wants_both_factors(self) -> list[Verdict]:
        """Nothing less than a password and a fresh code opens a session (SCR-06)."""
        seen = self._rehearsed()
        tried = [one for one in seen.entries if any(word in one.what for word in WEAK)]
        return self._give([(f"session {one.what}", entry(self._desk, one, good=seen.good)) for one in tried])

    def is_encrypted_and_known(self) -> list[Verdict]:
        """RDP's own security is refused, and so is, by the terminal's client, whoever isn't the desktop (SCR-07)."""
        seen = self._rehearsed()
        tried = [one for one in seen.entries if not any(word in one.what for word in WEAK)]
        tried.append(self._impostor())
        return self._give([(f"session {one.what}", entry(self._desk, one, good=seen.good)) for one in tried])

    def is_logged(self) -> list[Verdict]:
        """Who, from which terminal, where to, from when to when (SCR-08)."""
        seen = self._working()
        identity = {one.host: one.identity for one in terminals(self._session.plan)}
        terminal = identity.get(self._account.terminal, self._account.terminal)
        judged = logged(self._desk, seen.logged, terminal=terminal, account=self._account.user)
        return self._give([("session in the central log", judged)])

    def ends_what_nobody_uses(self) -> list[Verdict]:
        """An idle session is cut, a cut one goes, a person has one (SCR-09)."""
        seen = self._working()
        return self._give([("idle session", idle(self._desk, seen.settings, seen.engaged, seen.sessions, seen.beside))])

    def _impostor(self) -> Entry:
        known = self._session.memory.of(_Impostors)
        if self._desk not in known:
            known[self._desk] = meets_an_impostor(self._session, self._account)
        return known[self._desk]

    def _rehearsed(self) -> Rehearsed:
        return rehearsed(self._session, self._account)

    def _working(self) -> Rehearsed:
        return working(self._session, self._account)

    def _give(self, made: Sequence[tuple[str, Judgement]]) -> list[Verdict]:
        return give_all(
            self._session, self._controls, [(f"{self._desk}: {subject}", judgement, ()) for subject, judgement in made]
        )


def begin(session: LabSession, account: Account) -> Future[Rehearsed]:
    """Try everything at an account's desktop, once per run, beside the tests: most of it is waiting for fresh codes."""
    return session.ahead.run(
        f"screen of {account.desk}", Rehearsal(session, account).run, (account.terminal, account.desk)
    )


def rehearsed(session: LabSession, account: Account) -> Rehearsed:
    """What came of it; an attempt that went wrong goes wrong for every test that asks."""
    try:
        return begin(session, account).result()
    except (CheckError, LabError) as error:
        raise CheckError(str(error)) from error


def working(session: LabSession, account: Account) -> Rehearsed:
    """As `rehearsed`. CheckError if no session opened with both factors."""
    seen = rehearsed(session, account)
    if not seen.good:
        raise CheckError(f"{account.desk}: no session opened with both factors: {seen.why}")
    return seen


class Screens:
    """The `screens` fixture."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._open: Callable[[str], Desk] = lambda desk: Desk(session, controls, desk)

    def __call__(self, desk: str) -> Desk:
        """The desktop of that name."""
        return self._open(desk)
