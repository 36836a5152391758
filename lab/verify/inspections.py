"""The `inspections` fixture: whether a RADIUS server wants telework terminals of a class inspected (TW-09).

Nobody waits for an inspection to end: the server's own configuration is run a second time beside it, with registers in which it
ended, is missing, or ends soon.
"""

from __future__ import annotations

from collections.abc import Sequence

from lab.pki import Purpose, host_stem, register
from lab.pki.inspection import asked_for
from lab.record import Verdict
from lab.verdict.inspected import NONE, OVER, Inspected, wants_inspection
from lab.verify.decisions import Decisions
from lab.verify.eapol import LET_IN, Credentials, Exchange, Supplicant
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.outside import OutsideClass
from lab.verify.radius_twin import PORTS, Twin
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of

_SOON, _PAST = 600, 60  # seconds
_WITHOUT = 's/, Expiration := "[^"]*"//'


class InspectionsOf:
    """The fixture itself: `inspections(inspected_class).are_asked_for()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, subject: OutsideClass) -> Inspections:
        return Inspections(self._session, self._controls, subject)


class Inspections:
    """Of one class at one server."""

    def __init__(self, session: LabSession, controls: Sequence[str], subject: OutsideClass) -> None:
        self._session, self._controls, self._subject = session, controls, subject
        self._supplicant = Supplicant(session, subject.flow)
        self._server = subject.flow.destination
        self._channel = session.channel(self._server)
        self._twin = Twin(self._channel, self._server)

    def are_asked_for(self) -> list[Verdict]:
        """A terminal as it is registered, with an inspection that ended, with none, and with one that ends soon."""
        session, class_ = self._session, self._subject.class_
        host, shown = self._terminal()
        with self._channel.alone(), self._twin.made():
            log = Decisions(session, self._server)
            now = self._now()
            live = self._supplicant.tried([shown])[0]
            over = self._tried(shown, _until(shown, now - _PAST))
            soon = self._tried(shown, _until(shown, self._now() + _SOON))
            none = self._tried(shown, _WITHOUT)
            lines = log.awaited([one.station for one in (live, over, soon, none)])
        session.keep(self._server, f"inspections-{class_}.log", lines)
        what, ja = f"a terminal of class {class_}", f"区分 {class_} の端末"
        seen = [
            _at(lines, over, f"{what} whose inspection is over", f"検査の有効期間を過ぎた{ja}", None, OVER),
            _at(lines, none, f"{what} without a sound inspection", f"合格した検査のない{ja}", None, NONE),
            _at(
                lines,
                soon,
                f"{what} whose inspection ends in minutes",
                f"検査の有効期間が数分で終わる{ja}",
                float(_SOON),
            ),
            self._as_registered(lines, live, host, now),
        ]
        where = f"at {self._server} by {self._supplicant.client}"
        made = [(f"{one.who} {where}", wants_inspection(one, good=soon.ended == LET_IN), ()) for one in seen]
        return give_all(session, self._controls, made)

    def _as_registered(self, lines: Sequence[str], live: Exchange, host: str, now: int) -> Inspected:
        """The server itself, by the register of this machine."""
        entry = next(one for one in register.read(keys_of(self._session)) if one.host == host)
        left = float(entry.inspected) - now if entry.inspected else None
        holds = left is not None and left > 0
        who, ja = f"{host} as it is registered", f"台帳どおりの端末（{host}）"
        return _at(lines, live, who, ja, left if holds else None, OVER if entry.inspected else NONE)

    def _tried(self, shown: Credentials, change: str) -> Exchange:
        """With the register of its twin changed."""
        self._twin.change(change, "register")
        with self._twin.running():
            return self._supplicant.tried([shown], port=PORTS[self._supplicant.port])[0]

    def _now(self) -> int:
        """By the server's own clock."""
        return int(self._channel.run("date +%s").check().stdout)

    def _terminal(self) -> tuple[str, Credentials]:
        """The first terminal of the class: its host, and what it shows."""
        for one in asked_for(self._session.plan):
            if one.class_ == self._subject.class_:
                stem = host_stem(keys_of(self._session), Purpose.TERMINAL, one.host)
                return one.host, Credentials(one.identity, stem)
        raise CheckError(f"this plan has no telework terminal of class {self._subject.class_}")


def _until(shown: Credentials, then: int) -> str:
    """Has the register say that the inspection of whoever shows that ends then, whatever it said."""
    name = shown.identity.replace(".", "[.]")
    return f'{_WITHOUT}; /== "{name}"/ s/$/, Expiration := "{then}"/'


def _at(lines: Sequence[str], one: Exchange, who: str, who_ja: str, left: float | None, reason: str = "") -> Inspected:
    said = tuple(line for line in lines if one.station in line)
    return Inspected(who, who_ja, left, reason, one.ended, one.seconds, said)
