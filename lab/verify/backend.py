"""testinfra over the lab's own channel: `lab://HOST`, one persistent shell per host, about a millisecond a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import testinfra.backend
from testinfra.backend.base import BaseBackend, CommandResult
from testinfra.host import Host as TestinfraHost

from lab.reach import Channel

TIMEOUT = 30.0
testinfra.backend.BACKENDS["lab"] = "lab.verify.backend.LabBackend"


class LabBackend(BaseBackend):  # type: ignore[misc]
    """Runs testinfra's commands in a lab host. `on_command` is told of each: a plain check that ran none is no inspection."""

    NAME = "lab"

    def __init__(self, hostname: str, *args: Any, channel: Callable[[], Channel] | None = None, **kwargs: Any) -> None:
        super().__init__(hostname, *args, **kwargs)
        self._open = channel or (lambda: _only_lab(hostname))
        self._channel: Channel | None = None
        self.on_command: Callable[[], None] = lambda: None

    def get_encoding(self) -> str:
        """Lab hosts speak UTF-8; asking one for its locale would need Python on it."""
        return "utf-8"

    def run(self, command: str, *args: str, **kwargs: Any) -> CommandResult:
        """Run through /bin/sh. Raises LabError if the host is dead, TimeoutError after 30 seconds."""
        del kwargs
        if self._channel is None:
            self._channel = self._open()
        text = self.get_command(command, *args)
        result = self._channel.run(text, timeout=TIMEOUT)
        self.on_command()
        return self.result(result.rc, self.encode(text), result.stdout, result.stderr)


def testinfra_host(name: str, channel: Callable[[], Channel]) -> TestinfraHost:
    """A testinfra Host over `channel`, opened at the first command."""
    return TestinfraHost(LabBackend(name, channel=channel))


def _only_lab(hostname: str) -> Channel:
    """For `testinfra.get_host("lab://HOST")` outside a lab session: SANSO_LAB, or the only lab there is."""
    import os

    from lab.engine import connect
    from lab.errors import LabError
    from lab.reach import open_channel

    engine = connect()
    names = [summary.name for summary in engine.labs()]
    name = os.environ.get("SANSO_LAB") or (names[0] if len(names) == 1 else "")
    if name not in names:
        raise LabError(f"no lab to reach {hostname} in (there is: {', '.join(names) or 'none'})", fix="set SANSO_LAB")
    return open_channel(engine, engine.find(name), hostname)
