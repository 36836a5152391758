"""What the RADIUS server says about attempts, as it stands in the central log."""

from __future__ import annotations

import shlex
from collections.abc import Collection

import tenacity

from lab.verify.session import LabSession
from lab.verify.store import Store, connect_anew

DEADLINE = 15.0  # seconds until a line must be in the store


class Decisions:
    """Lines of one server since this was made."""

    def __init__(self, session: LabSession, server: str) -> None:
        connect_anew(session, server)
        store = Store(session)
        self._channel, self._file = session.channel(store.host), shlex.quote(store.file(server))
        self._since = self._size()

    def lines(self) -> list[str]:
        """All of them so far."""
        told = self._channel.run(f"tail -c +{self._since + 1} {self._file} 2>/dev/null").stdout
        return told.decode(errors="replace").splitlines()

    def awaited(self, words: Collection[str]) -> list[str]:
        """The lines, once each of the words stands in one of them, or those there are at the deadline."""
        found: list[str] = []

        def whole() -> bool:
            found[:] = self.lines()
            return all(any(word in line for line in found) for word in words)

        tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda there: not there),
            wait=tenacity.wait_fixed(0.1),
            stop=tenacity.stop_after_delay(DEADLINE),
            retry_error_callback=lambda _state: False,
        )(whole)
        return found

    def _size(self) -> int:
        return int(self._channel.run(f"stat -c %s {self._file} 2>/dev/null || echo 0").stdout)
