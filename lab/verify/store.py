"""The central log as the suites ask it: what it says itself, and which of its files hold a word."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection

import tenacity

from lab.verify.marks import CheckError
from lab.verify.session import LabSession

STORE = "/var/log/sanso"
PATIENCE = 5.0  # seconds for the store to write what it has just refused
ROOM = 65536  # bytes: with less left lines get lost


# A sender that the store has left (it was restarted) finds out by the line that it loses: RFC 5425 has no acknowledgements.
FRESH = (
    "left() {{ ss -Htn state close-wait dport = :{port} | grep -q .; }}; "
    "if left; then logger -t sanso-check 'is anybody there?'; "
    "timeout 10 sh -c 'while ss -Htn state close-wait dport = :{port} | grep -q .; do sleep 0.05; done'; fi"
)


def connect_anew(session: LabSession, sender: str) -> None:
    """Have a sender that still holds a connection of an earlier life of the store notice it. Raises CheckError."""
    port = next(flow.port for flow in session.plan.allowed if flow.application == "syslog-tls")
    done = session.channel(sender).run(FRESH.format(port=port))
    if done.rc:
        raise CheckError(f"{sender} holds on to a connection that the store has closed: {done.stderr.decode().strip()}")


def awaited(
    look: Callable[[], list[str]], enough: Callable[[list[str]], bool], seconds: float, *, pause: float = 0.05
) -> list[str]:
    """What `look` says when it is enough, or what it said last at the deadline. `pause`: seconds between two looks."""
    last: list[str] = []

    def again() -> bool:
        last[:] = look()
        return enough(last)

    tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda there: not there),
        wait=tenacity.wait_fixed(pause),
        stop=tenacity.stop_after_delay(seconds),
        retry_error_callback=lambda _state: False,
    )(again)
    return last


class Store:
    """The log store of the running lab."""

    def __init__(self, session: LabSession) -> None:
        self.host = next(host.name for host in session.plan.hosts if "log_server" in host.roles)
        self._channel = session.channel(self.host)
        self._own = self.file(self.host)

    def file(self, host: str) -> str:
        """Path of a host's file."""
        return f"{STORE}/{host}.log"

    def mark(self) -> int:
        """Size of the store's own log now, in bytes: what it says from here on is news."""
        return int(self._answer(f"stat -c %s {shlex.quote(self._own)} 2>/dev/null || echo 0"))

    def said(self, since: int) -> list[str]:
        """The store's own lines since `mark`."""
        return self._answer(f"tail -c +{since + 1} {shlex.quote(self._own)}").splitlines()

    def awaited(self, since: int, words: Collection[str]) -> str:
        """The store's first own line since `mark` that has one of the words, as soon as it is there; "" if none came in time."""

        def look() -> list[str]:
            return [line for line in self.said(since) if any(word in line for word in words)]

        return next(iter(awaited(look, bool, PATIENCE)), "")

    def count(self, host: str, word: str) -> int:
        """Lines of a host's file that have the word; 0 if there is no such file."""
        file = shlex.quote(self.file(host))
        return int(
            self._answer(f"[ ! -e {file} ] && echo 0 || grep -c -F -e {shlex.quote(word)} {file} || [ $? -eq 1 ]")
        )

    def lines(self, host: str, word: str) -> list[str]:
        """Lines of a host's file that have the word, oldest first; none if there is no such file."""
        file = shlex.quote(self.file(host))
        return self._answer(f"[ ! -e {file} ] || grep -F -e {shlex.quote(word)} {file} || [ $? -eq 1 ]").splitlines()

    def is_full(self) -> bool:
        """Whether its file system has no room left for a line."""
        return int(self._answer(f"df --output=avail -B1 {STORE} | tail -n 1")) < ROOM

    def holding(self, word: str) -> list[str]:
        """Files, whoever's, that have the word in them. What the service says about its refusals doesn't quote it."""
        found = self._answer(f"grep -r -l -F -e {shlex.quote(word)} {STORE} || [ $? -eq 1 ]")
        return sorted(found.splitlines())

    def _answer(self, command: str) -> str:
        done = self._channel.run(command)
        if done.rc:
            raise CheckError(f"{self.host}: the store's files can't be read: {done.stderr.decode().strip()}")
        return done.stdout.decode(errors="replace").strip()
