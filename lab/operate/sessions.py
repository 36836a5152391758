"""The screen sessions of a running lab, as its desktops tell of them: whose, from which terminal, on which desktop, since when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from lab.engine import Engine, Lab
from lab.operate.tunnels import told_by
from lab.pki import accounts

ROLE = "desktop"
LOOK = "ss -Htn state established 'sport = :3389'; echo; cat /run/xrdp/sesman.log"
_PEER = re.compile(r"\s(\S+)\s*$")
_BEGUN = re.compile(r"\[(\d{8}-\d\d:\d\d:\d\d)\] .*\+\+ (?:created|reconnected) session.*username (\S+), ip (\S+:\d+)")


@dataclass(frozen=True, slots=True)
class ScreenSession:
    """One session that somebody looks at now."""

    desk: str
    user: str
    terminal: str  # "?" for an account that the plan doesn't know
    since: str  # UTC, ISO 8601


def sessions(engine: Engine, lab: Lab) -> tuple[ScreenSession, ...]:
    """Ask every desktop that runs. One that doesn't answer has none to show: its state is told elsewhere."""
    terminals = {(one.desk, one.user): one.terminal for one in accounts(lab.plan)}
    return tuple(one for desk, told in told_by(engine, lab, ROLE, LOOK) for one in listed(desk, told, terminals))


def listed(desk: str, told: str, terminals: Mapping[tuple[str, str], str]) -> Iterator[ScreenSession]:
    """Read what LOOK printed: a session is one whose connection, by the port that its line names, is still there."""
    connected, _, said = told.partition("\n\n") if "\n\n" in told else ("", "", told)
    peers = {_plain(found[1]) for line in connected.splitlines() if (found := _PEER.search(line))}
    for line in said.splitlines():
        if (found := _BEGUN.search(line)) and _plain(found[3]) in peers:
            since = datetime.strptime(found[1], "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC).isoformat()
            yield ScreenSession(desk, found[2], terminals.get((desk, found[2]), "?"), since)


def _plain(peer: str) -> str:
    """ADDRESS:PORT without the brackets and the prefix of an IPv4 address in IPv6 clothes."""
    return peer.replace("[", "").replace("]", "").removeprefix("::ffff:")
