"""What a desktop and the central log say of sessions."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable
from typing import TypeVar

from lab.pki import Account
from lab.verdict.screen_access import Logged
from lab.verify.marks import CheckError
from lab.verify.rdp import PROBE
from lab.verify.session import LabSession
from lab.verify.store import Store

SESSIONS = "/run/xrdp/sesman.log"
LINES = 20_000  # of the desktop's output, which the engine keeps the end of
STAMP = re.compile(r"\[(\d{8}-\d\d:\d\d:\d\d)\] \[\w+ *\] (.*)")
# another process writes to the same output, and may do so in the middle of a line: each has a second one of the same meaning
ASKED = re.compile(r"(?:Adding channel:|libxrdp_query_channel - Channel \d+) name (\w+)")
WORD = re.compile(r"channel (\w+) channel id -?\d+ is (disabled|enabled|allowed)")
TOO = re.compile(r"Disabling channel \d+ \((\w+)\)")
TIMER = re.compile(r"engaging idle timer, timeout \[(\d+)\]")
LET_IN = r"\+\+ (created|reconnected) session.*username {user},.*"
REFUSED = r"AUTHFAIL: user={user} .*"
NO_TLS = "Server requires TLS for security, but the client did not request TLS"
DEVICE = re.compile(r"Detected remote (\w+ '[^']*')")
KEPT = re.compile(r"channel|TLS|login|idle", re.IGNORECASE)
PAIR = re.compile(r"(\w+)=(\S+)")
T = TypeVar("T")


def channels_in(lines: list[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The channels that were asked for, that are disabled, that are enabled, by xrdp's own words.

    A section of sessions may overrule that of channels ("allowed"): what was ever on isn't disabled.
    """
    words = [found.groups() for line in lines if (found := WORD.search(line))]
    words += [(found[1], "disabled") for line in lines if (found := TOO.search(line))]
    asked = frozenset(found[1] for line in lines if (found := ASKED.search(line)))
    on = frozenset(name for name, how in words if how != "disabled")
    return asked, frozenset(name for name, _ in words) - on, on


class DeskWords:
    """The desktop of one account."""

    def __init__(self, session: LabSession, account: Account) -> None:
        self._session, self._account = session, account
        self._channel = session.channel(account.desk)
        self._home = f"/var/lib/desktop/home/{account.user}"

    def now(self) -> str:
        """The desktop's clock as its output writes it."""
        return self._run("date -u +%Y%m%d-%H:%M:%S").strip()

    def mark(self) -> int:
        """How much it has said of sessions; what comes from here on is news."""
        return int(self._run(f"stat -c %s {SESSIONS}"))

    def let_in(self, mark: int) -> str:
        """Its line that it let the account in, since the mark."""
        return self._said(mark, LET_IN)

    def refused(self, mark: int) -> str:
        """Its word that it didn't."""
        return self._said(mark, REFUSED)

    def wants_tls(self, since: str, wait: float) -> str:
        """Its word that a client wanted no TLS, since that moment: the refusal is the desktop's, not the client's trouble."""
        return until(lambda: next((line for line in self._output(since) if NO_TLS in line), ""), wait)

    def display(self) -> str:
        """The display of the account's session. CheckError if it has none."""
        found = self._sockets()
        if not found:
            raise CheckError(f"{self._account.desk}: no session of {self._account.user} is there any more")
        return f":{found[-1]}"

    def sessions(self) -> int:
        """How many sessions the account has."""
        return len(self._sockets())

    def settings(self, display: str) -> dict[str, str]:
        """What the session's X server was given to obey."""
        user = self._account.user
        person = f"setpriv --reuid {user} --regid {user} --clear-groups"  # its environment is its owner's alone to read
        line = f"{person} cat /proc/$(pgrep -u {user} -f 'Xorg {display} ')/environ | tr '\\0' '\\n' | grep ^XRDP_"
        return dict(pair.split("=", 1) for pair in self._run(line, tolerated=(0, 1)).splitlines())

    def channels(self, since: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """As `channels_in`, of what it printed since that moment."""
        return channels_in(self._output(since))

    def kept(self, since: str, mark: int) -> list[str]:
        """The lines that verdicts rest on: what it printed of channels, TLS and logins, and what it wrote of sessions."""
        printed = [line for line in self._output(since) if KEPT.search(line)]
        return [*printed, *self._run(f"tail -c +{mark + 1} {SESSIONS}").splitlines()]

    def engaged(self, since: str) -> tuple[int, ...]:
        """Seconds of the idle timers that its X servers started since; their lines carry no moment of their own."""
        lines = self._engine_lines()
        first = next((n for n, line in enumerate(lines) if (m := STAMP.match(line)) and m[1] >= since), len(lines))
        return tuple(int(found[1]) for line in lines[first:] if (found := TIMER.search(line)))

    def devices(self, display: str, since: str, wait: float = 0.0) -> tuple[str, ...]:
        """Devices of the client that the session told of since that moment; looked for until there is one."""
        file = f"{self._home}/.local/share/xrdp/xrdp-chansrv{display.replace(':', '.')}.log"

        def look() -> tuple[str, ...]:
            lines = self._run(f"cat {shlex.quote(file)}").splitlines()
            told = [(m[1], found[1]) for line in lines if (m := STAMP.match(line)) and (found := DEVICE.search(m[2]))]
            return tuple(device for moment, device in told if moment >= since)

        return until(look, wait)

    def _sockets(self) -> list[str]:
        line = f"find /run/xrdp/sockdir -user {self._account.user} -name 'xrdp_display_*'"
        return sorted(path.rpartition("_")[2] for path in self._run(line).split())

    def _said(self, mark: int, pattern: str) -> str:
        wanted = re.compile(pattern.format(user=self._account.user))
        for line in self._run(f"tail -c +{mark + 1} {SESSIONS}").splitlines():
            if found := wanted.search(line):
                return found[0]
        return ""

    def _output(self, since: str) -> list[str]:
        return [found[2] for line in self._engine_lines() if (found := STAMP.match(line)) and found[1] >= since]

    def _engine_lines(self) -> list[str]:
        container = self._session.lab.container(self._account.desk)
        return list(self._session.engine.output(container, lines=LINES))

    def _run(self, line: str, tolerated: tuple[int, ...] = (0,)) -> str:
        return self._channel.run(line).check(*tolerated).stdout.decode(errors="replace")


def log_lines(store: Store, gateway: str, account: Account, since: str, deadline: float) -> Logged:
    """What the central log has of the last session of the account that began at `since` or later, once it has its end."""

    def look() -> Logged:
        lines = [line for line in store.lines(gateway, "screen session") if moment(line) >= since]
        wanted = [line for line in lines if f"account={PROBE} " not in line]
        starts = [line for line in wanted if " screen session start " in line]
        ends = [line for line in wanted if " screen session end " in line]
        start = dict(PAIR.findall(starts[0])) if starts else {}
        end = next(
            (dict(PAIR.findall(line)) for line in ends if dict(PAIR.findall(line)).get("id") == start.get("id")), {}
        )
        via = start.get("via", "nowhere")
        let_in = next((line for line in store.lines(account.desk, f"ip {via}") if "++ " in line), "")
        return Logged(start, end or (dict(PAIR.findall(ends[0])) if ends else {}), let_in)

    began = time.monotonic()
    while not (found := look()).end and time.monotonic() - began < deadline:
        time.sleep(0.1)
    return found


def until(look: Callable[[], T], deadline: float) -> T:
    """What `look` says once it is true, or says last."""
    began = time.monotonic()
    while not (found := look()) and time.monotonic() - began < deadline:
        time.sleep(0.05)
    return found


def moment(line: str) -> str:
    """The moment of a line of the central log, as a desktop's output writes it."""
    return re.sub(r"^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d).*", r"\1\2\3-\4", line)
