"""What screen gateways and desktops tell of sessions (SCR-08): connections, and who logs in by way of them."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from records import Finding, Settings, lines

NOBODY = ("", "-", "unknown")
# What comes from a client is an account: whatever is in it ends before the last fields, which are the gateway's own.
WHO = r"id=(?P<id>\S*) terminal=(?P<terminal>\S*) address=(?P<address>\S*) account=(?P<account>.*) desk=(?P<desk>\S*)"
START = re.compile(rf"^(\S+) \S+ haproxy\S* screen session start {WHO} via=(?P<via>\S*)$")
END = re.compile(rf"^(\S+) \S+ haproxy\S* screen session end {WHO} began=\S* ms=\d+ bytes=(?P<bytes>\d+) how=\S*$")
OTHER = re.compile(r"^(\S+) \S+ haproxy\S* screen session (?P<said>.*)$")
HEARD = re.compile(
    r"^(\S+) \S+ xrdp\[\d+\] \[INFO \] Socket \d+: AF_INET6? connection received from (?P<ip>\S+) port (?P<port>\d+)$"
)
SECURED = re.compile(
    r"^(\S+) \S+ xrdp\[(?P<process>\d+)\] \[INFO \] TLS connection established from (?P<ip>\S+) port (?P<port>\d+):"
)
FAILED = re.compile(r"^(\S+) \S+ xrdp\[(?P<process>\d+)\] \[INFO \] login failed for user (?P<account>.*)$")
LET_IN = re.compile(
    r"^(\S+) \S+ xrdp-sesman\[\d+\] \[INFO \] \+\+ (?:created|reconnected) session.*?username (?P<account>[^\s,]+),"
    r".* ip (?P<origin>\S+) - socket: \d+$"
)


@dataclass
class Connection:
    """One that a gateway handed on to its desktop."""

    at: datetime
    id: str
    terminal: str
    account: str  # that the client asked for
    desk: str
    via: str  # address and port that the desktop sees it come from
    until: datetime | None = None
    answered: bool = True  # by the desktop, with a byte at least; so it is taken to be until its end


@dataclass
class Login:
    """One that a desktop let in or refused."""

    at: datetime
    desk: str
    account: str
    origin: str  # address and port; "" where it doesn't say
    let_in: bool
    way: Connection | None = None  # that it came by


@dataclass
class Told:
    """All of it."""

    connections: list[Connection] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    heard: set[tuple[str, str]] = field(default_factory=set)  # desktop, address and port that it was reached from
    unsaid: list[tuple[datetime, Finding]] = field(default_factory=list)  # lines that don't say whose they are

    def handed_on(self, settings: Settings, gateway: str) -> None:
        """Take in what a gateway tells."""
        known: dict[str, Connection] = {}
        for at, found in lines(settings, gateway, START, END, OTHER):
            said = found.groupdict()
            missing = [name for name in ("terminal", "account", "desk") if said.get(name, "") in NOBODY]
            if missing:
                rule = "a line without " + ", ".join(missing)
                self.unsaid.append((at, {"rule": rule, "gateway": gateway, "at": at.isoformat(), "line": found[0]}))
            if found.re is START:
                one = Connection(at, said["id"], said["terminal"], said["account"], said["desk"], said["via"])
                known[one.id] = one
                self.connections.append(one)
            elif found.re is END and said["id"] in known:
                one = known.pop(said["id"])
                one.until, one.answered = at, said["bytes"] != "0"

    def received(self, settings: Settings, desk: str) -> None:
        """Take in what a desktop tells. Who is refused is told by a process that has said before whom it serves."""
        origins: dict[str, str] = {}
        for at, found in lines(settings, desk, HEARD, SECURED, FAILED, LET_IN):
            said = found.groupdict()
            origin = said.get("origin") or (f"{said['ip']}:{said['port']}" if "ip" in said else "")
            if found.re is HEARD:
                self.heard.add((desk, origin))
            elif found.re is SECURED:
                origins[said["process"]] = origin
            else:
                let_in = found.re is LET_IN
                origin = origin if let_in else origins.pop(said["process"], "")
                self.logins.append(Login(at, desk, said["account"], origin, let_in))

    def pair(self, slack: timedelta) -> None:
        """Join each login to the connection that was up between its two ends then. `slack`: how far clocks may be apart."""
        ways: dict[tuple[str, str], list[Connection]] = defaultdict(list)
        for one in self.connections:
            ways[one.desk, one.via].append(one)
        for login in self.logins:
            up = [one for one in ways[login.desk, login.origin] if _was_up(one, login.at, slack)]
            login.way = up[-1] if up else None


def _was_up(one: Connection, at: datetime, slack: timedelta) -> bool:
    return one.at - slack <= at and (one.until is None or at <= one.until + slack)
