"""The channel to a host of the radio guest: SSH on a link that ends in the guest's container, spoken there.

The client is the container's own, with keys that were made there for this guest: no key is on the user's machine, and no
host of the guest has an interface for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from lab.engine import Engine, ExecStream, Lab
from lab.errors import LabError
from lab.plan import AirHost
from lab.reach.channel import DEADLINE, Result, TreeFile, shell_line
from lab.reach.container import ContainerChannel, archive
from lab.reach.shell import ShellGoneError

ONAIR = "/usr/lib/sanso/onair"
UNREACHED = 255  # ssh's own exit code
STARTED = "cat /proc/sys/kernel/random/boot_id"  # another one is another guest
FIX = "lab up restarts the radio guest; lab logs {} has the end of its console"


class AirChannel(ContainerChannel):
    """A Channel through the container of the guest. A guest that died under a command is an error, whatever it was."""

    started = STARTED
    opening = 60.0  # a handshake under emulation, on a busy machine

    def __init__(self, engine: Engine, container: str, host: str, guest: str) -> None:
        super().__init__(engine, container, host)
        self._guest = guest  # name of the host that the container is, for messages

    def run(self, command: str | Sequence[str], *, stdin: bytes = b"", timeout: float = DEADLINE) -> Result:
        """Run a shell line or an argument list. LabError if it isn't over in time or the guest is lost."""
        try:
            result = super().run(command, stdin=stdin, timeout=timeout)
        except ShellGoneError as error:
            self._lost(shell_line(command), error.message)
        except TimeoutError:
            self._lost(shell_line(command), f"no shell within {self.opening:g} s")
        if result.rc == UNREACHED:
            self._lost(result.command, result.stderr.decode(errors="replace").strip())
        return result

    def put_tree(self, files: Sequence[TreeFile]) -> None:
        """Write files, making folders as needed. LabError unless they are all there afterwards."""
        if files:
            self.run(["tar", "-xpf", "-", "-C", "/"], stdin=archive(files)).check()

    def _exec(self, argv: Sequence[str]) -> ExecStream:
        return self._engine.exec_open(self._container, [ONAIR, self._host, shell_line(argv)], stdin=True)

    def _restarted(self, line: str, timeout: float, stdin: bytes) -> NoReturn:
        del timeout, stdin
        self._lost(line, "the guest was started anew")

    def _lost(self, line: str, why: str) -> NoReturn:
        raise LabError(
            f"the radio guest was lost while it ran `{line}`: {why or 'no answer'}",
            where=self._host,
            fix=FIX.format(self._guest),
        )


def terminal(host: AirHost) -> list[str]:
    """What gives a person a shell on that host, run in the guest's container."""
    return [ONAIR, "-t", host.name]


def air_channel(engine: Engine, lab: Lab, host: str) -> AirChannel:
    """Open a channel to a host of the guest. LabError if the plan has nothing on the air."""
    if lab.plan.air is None:
        raise LabError(f"{host} is on no air: lab {lab.name} has none")
    guest = lab.plan.air.container
    return AirChannel(engine, lab.container(guest), host, guest)
