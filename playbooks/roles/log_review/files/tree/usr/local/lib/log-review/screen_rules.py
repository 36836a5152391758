"""What is odd about screen sessions: one function per rule, each gives its findings of a span of time."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from records import Finding
from screen_lines import NOBODY, Login, Told


@dataclass
class Span:
    """What is judged, and by which measures."""

    told: Told
    since: datetime
    to: datetime
    registered: dict[str, list[str]]  # desktop -> terminals that may look at it
    refusals: int
    longest: timedelta

    def has(self, at: datetime) -> bool:
        """Whether that moment belongs to it."""
        return self.since <= at < self.to

    def logins(self) -> list[Login]:
        """Who logged in then, or was refused."""
        return [one for one in self.told.logins if self.has(one.at)]


def past_the_gateway(span: Span) -> Iterator[Finding]:
    """A login by no connection of a gateway: somebody reached the desktop in another way."""
    for one in span.logins():
        if one.way is None:
            yield {
                "rule": "a login past the gateway", "desk": one.desk, "accounts": [one.account], "from": one.origin,
                "let_in": one.let_in, "at": one.at.isoformat(),
            }  # fmt: skip


def not_its_own(span: Span) -> Iterator[Finding]:
    """A terminal that isn't registered for the desktop: one of another class, for example."""
    for one in span.told.connections:
        known = (*NOBODY, *span.registered.get(one.desk, ()))
        if span.has(one.at) and one.terminal not in known:
            yield {
                "rule": "a terminal at a desktop that is not its own", "desk": one.desk, "terminals": [one.terminal],
                "accounts": [one.account], "sessions": [one.id], "at": one.at.isoformat(),
            }  # fmt: skip


def several_terminals(span: Span) -> Iterator[Finding]:
    """One account that was let in from more than one terminal."""
    seen: dict[str, list[Login]] = defaultdict(list)
    for one in span.logins():
        if one.let_in and one.way is not None:
            seen[one.account].append(one)
    for account, logins in sorted(seen.items()):
        terminals = sorted({one.way.terminal for one in logins if one.way is not None})
        if len(terminals) > 1:
            sessions = sorted({one.way.id for one in logins if one.way is not None})
            yield {
                "rule": "one account from several terminals", "accounts": [account], "terminals": terminals, "sessions": sessions
            }  # fmt: skip


def refused_again(span: Span) -> Iterator[Finding]:
    """An account, or a terminal, that was refused as often as is worth a look: password or code, the desktop doesn't say which."""
    accounts: dict[str, list[str]] = defaultdict(list)
    terminals: dict[str, list[str]] = defaultdict(list)
    for one in span.logins():
        if not one.let_in:
            where = one.way.terminal if one.way is not None else one.origin.rpartition(":")[0]
            accounts[one.account].append(where)
            terminals[where].append(one.account)
    for kind, other, seen in (("accounts", "terminals", accounts), ("terminals", "accounts", terminals)):
        for name, partners in sorted(seen.items()):
            if len(partners) >= span.refusals:
                rule = "refused again and again"
                yield {"rule": rule, kind: [name], other: sorted(set(partners)), "times": len(partners)}


def too_long(span: Span) -> Iterator[Finding]:
    """A session that was still there after the longest time: told once, by the record of that moment."""
    for one in span.told.connections:
        limit = one.at + span.longest
        if span.has(limit) and (one.until is None or one.until > limit):
            yield {
                "rule": f"a session of more than {span.longest.total_seconds() / 3600:g} hours", "desk": one.desk,
                "terminals": [one.terminal], "accounts": [one.account], "sessions": [one.id], "at": one.at.isoformat(),
                "ended": one.until.isoformat() if one.until is not None else None,
            }  # fmt: skip


def untold(span: Span) -> Iterator[Finding]:
    """A connection that the desktop answered, and of which it tells nothing: its log doesn't come, or not whole."""
    for one in span.told.connections:
        if span.has(one.at) and one.answered and (one.desk, one.via) not in span.told.heard:
            yield {
                "rule": "a connection that its desktop tells nothing of", "desk": one.desk, "terminals": [one.terminal],
                "sessions": [one.id], "at": one.at.isoformat(),
            }  # fmt: skip


def unsaid(span: Span) -> Iterator[Finding]:
    """A line that doesn't say terminal, account and desktop."""
    yield from (finding for at, finding in span.told.unsaid if span.has(at))


RULES: tuple[Callable[[Span], Iterator[Finding]], ...] = (
    past_the_gateway,
    not_its_own,
    several_terminals,
    refused_again,
    too_long,
    untold,
    unsaid,
)
