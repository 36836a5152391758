"""The `hours` fixture: when a RADIUS server lets a class of telework terminals in (VPN-14).

Nobody waits for the hours to end: the server's own configuration is run a second time beside it, with hours that are over and
with hours that end in some minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import tenacity

from lab.pki import Purpose, host_stem, terminals
from lab.plan import closing
from lab.record import Verdict
from lab.scenario.dates import JAPAN
from lab.verdict.hours import AtHour, keeps_hours
from lab.verify.decisions import Decisions
from lab.verify.eapol import LET_IN, Credentials, Exchange, Supplicant
from lab.verify.hours_end import SessionEnd
from lab.verify.judge import give_all
from lab.verify.marks import CheckError
from lab.verify.outside import OutsideClass
from lab.verify.radius_twin import PORTS, Twin
from lab.verify.session import LabSession
from lab.verify.spoilt import keys_of

TERMINAL = "telework_terminal"  # role
_MINUTE = timedelta(minutes=1)
_LAST_SECONDS = 57  # of a minute, from which on an attempt may end in the next
_EDGE = timedelta(seconds=90)  # before the end of its hours a class is shut out already


class HoursOf:
    """The fixture itself: `hours(timed_class).are_kept()`."""

    def __init__(self, session: LabSession, controls: tuple[str, ...]) -> None:
        self._session, self._controls = session, controls

    def __call__(self, subject: OutsideClass) -> Hours:
        return Hours(self._session, self._controls, subject)


class Hours:
    """The hours of one class at one server."""

    def __init__(self, session: LabSession, controls: Sequence[str], subject: OutsideClass) -> None:
        self._session, self._controls, self._subject = session, controls, subject
        self._supplicant = Supplicant(session, subject.flow)
        self._server = subject.flow.destination
        self._channel = session.channel(self._server)
        self._twin = Twin(self._channel, self._server)

    def are_kept(self) -> list[Verdict]:
        """A terminal of the class as things are, in hours that are over, and in hours that end soon; one of a class without."""
        session, class_ = self._session, self._subject.class_
        own, free = self._shown(class_), self._shown("")
        with self._channel.alone(), self._twin.made():
            log, begun = Decisions(session, self._server), self._now()
            live = self._supplicant.tried(own)[0]
            self._move(begun - 180 * _MINUTE, begun - 2 * _MINUTE)
            closed, *others = self._tried([*own, *free])
            self._move(begun - 60 * _MINUTE, begun + 9 * _MINUTE)
            with self._twin.running():
                now = self._within_a_minute()
                soon = self._supplicant.tried(own, port=PORTS[self._supplicant.port])[0]
            lines = log.awaited([one.station for one in (live, closed, *others, soon)])
        session.keep(self._server, f"hours-{class_}.log", lines)
        # the last minute belongs to them
        left = ((begun + 10 * _MINUTE).replace(second=0, microsecond=0) - now).total_seconds()
        what, ja = f"a terminal of class {class_}", f"区分 {class_} の端末"
        seen = [
            _at(lines, closed, f"{what} whose hours are over", f"時間帯を過ぎた{ja}", inside=False),
            _at(lines, soon, f"{what} whose hours end in minutes", f"時間帯が数分で終わる{ja}", inside=True, left=left),
            *(_at(lines, one, "a terminal of a class without hours", "時間帯の定めのない区分の端末", inside=True)
              for one in others),
            *self._as_planned(lines, live, begun, (f"{what} at this hour", f"現在の時刻における{ja}")),
        ]  # fmt: skip
        where = f"at {self._server} by {self._supplicant.client}"
        made = [(f"{one.who} {where}", keeps_hours(one, good=soon.ended == LET_IN), ()) for one in seen]
        return give_all(session, self._controls, made)

    def end_sessions(self) -> list[Verdict]:
        """The gateway ends a session at the time that the server set, though its client would stay."""
        terminal = self._terminal(self._subject.class_)
        assert terminal is not None  # the scenario names no other class
        return SessionEnd(self._session, self._controls, self._subject.flow, terminal[0]).is_the_gateways()

    def _as_planned(self, lines: Sequence[str], live: Exchange, then: datetime, who: tuple[str, str]) -> list[AtHour]:
        """The server itself, by the plan's hours; not about their end, when it may say either."""
        windows = self._session.plan.hours[self._subject.class_]
        end, later = closing(windows, then), closing(windows, then + _EDGE)
        inside = end != then
        if inside != (later != then + _EDGE):
            return []
        left = (end - then).total_seconds() if inside and end else None
        return [_at(lines, live, *who, inside=inside, left=left)]

    def _tried(self, shown: Sequence[Credentials]) -> list[Exchange]:
        with self._twin.running():
            return self._supplicant.tried(shown, port=PORTS[self._supplicant.port])

    def _move(self, begin: datetime, last: datetime) -> None:
        """From then on its twin has these hours on every day, the last minute being one of them."""
        times = "-".join(f"{then.astimezone(JAPAN):%H%M}" for then in (begin, last))
        self._twin.change(f's/(Login-Time :=) "[^"]*"/\\1 "Al{times}"/')

    def _within_a_minute(self) -> datetime:
        """The time, a second after a minute's beginning at the least and some before its end: what is left shows how it counts."""
        return tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda now: not 1 <= now.second < _LAST_SECONDS),
            wait=tenacity.wait_fixed(0.2),
            stop=tenacity.stop_after_delay(10),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else self._now(),
        )(self._now)

    def _now(self) -> datetime:
        """By the server's own clock."""
        return datetime.fromtimestamp(float(self._channel.run("date +%s.%N").check().stdout), UTC)

    def _shown(self, class_: str) -> list[Credentials]:
        """What the first telework terminal of that class shows; "" is any class without hours, which there may be none of."""
        found = self._terminal(class_)
        if found is not None:
            return [Credentials(found[1], host_stem(keys_of(self._session), Purpose.TERMINAL, found[0]))]
        if class_:
            raise CheckError(f"this plan has no telework terminal of class {class_}")
        return []

    def _terminal(self, class_: str) -> tuple[str, str] | None:
        """Its host and its identity."""
        plan = self._session.plan
        remote = {host.name for host in plan.hosts if TERMINAL in host.roles}
        for one in terminals(plan):
            if one.host in remote and (one.class_ == class_ if class_ else one.class_ not in plan.hours):
                return one.host, one.identity
        return None


def _at(
    lines: Sequence[str], one: Exchange, who: str, who_ja: str, *, inside: bool, left: float | None = None
) -> AtHour:
    said = tuple(line for line in lines if one.station in line)
    return AtHour(who, who_ja, inside, left, one.ended, one.seconds, said)
