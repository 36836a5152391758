"""What a host says about attempts, as it stands in the central log: a RADIUS server's decisions, a sensor's alarms."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection

from lab.verify.session import LabSession
from lab.verify.store import Store, awaited, connect_anew

DEADLINE = 15.0  # seconds until a line must be in the store


class News:
    """Lines of one host's file in the store since this was made."""

    def __init__(self, session: LabSession, sender: str) -> None:
        store = Store(session)
        self._channel, self._file = session.channel(store.host), shlex.quote(store.file(sender))
        self._since = self._size()

    def lines(self) -> list[str]:
        """All of them so far."""
        told = self._channel.run(f"tail -c +{self._since + 1} {self._file} 2>/dev/null").stdout
        return told.decode(errors="replace").splitlines()

    def awaited(self, words: Collection[str]) -> list[str]:
        """The lines, once each of the words stands in one of them, or those there are at the deadline."""
        return self.awaited_until(lambda lines: all(any(word in line for line in lines) for word in words))

    def awaited_until(self, whole: Callable[[list[str]], bool], *, seconds: float = DEADLINE) -> list[str]:
        """The lines, once `whole` is content with them, or those there are at the deadline."""
        return awaited(self.lines, whole, seconds, pause=0.1)

    def _size(self) -> int:
        return int(self._channel.run(f"stat -c %s {self._file} 2>/dev/null || echo 0").stdout)


class Decisions(News):
    """Lines of one server's, which first notices if the store has left it."""

    def __init__(self, session: LabSession, server: str) -> None:
        connect_anew(session, server)
        super().__init__(session, server)
