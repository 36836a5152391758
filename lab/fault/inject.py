"""Break settings, prove that they are broken, put them back."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.fault.forge import forged
from lab.fault.model import Mutant, Where
from lab.reach import Channel, open_channel

Trouble = dict[str, str]  # mutant id -> why nothing can be said about it
PATIENCE = 90.0  # seconds for one command; in a guest under emulation, on a busy machine, a restart takes its time
SOON = 5.0  # seconds for a breakage, or its end, to show: a server's old workers still answer for a moment
PAUSE = 0.1
CAPABILITIES = ("NET_ADMIN", "SYS_ADMIN")  # of whoever has a cable: links, and the hosts' namespaces
FORGED = ("/tmp/mutant.pem", "/tmp/mutant.key")  # noqa: S108 - a fixed name in a host of the lab, for the mutant's shell


@contextmanager
def inject(engine: Engine, lab: Lab, mutants: Iterable[Mutant]) -> Iterator[Trouble]:
    """The lab with these mutants in it.

    Yields the trouble, which is complete after the block: mutants that could not be made, did not fire, were gone
    before the block ended, or could not be undone. What has no `restore` stays for `lab up` to repair.
    """
    with ExitStack() as stack:
        hands = _Hands(engine, lab, stack)
        for mutant in mutants:
            hands.make(mutant)
        try:
            yield hands.trouble
            hands.still_there()
        finally:
            hands.undo()


def remaining(engine: Engine, lab: Lab, mutants: Iterable[Mutant]) -> tuple[str, ...]:
    """Ids of the mutants that are in the lab: after a repair there must be none."""
    with ExitStack() as stack:
        hands = _Hands(engine, lab, stack)
        return tuple(mutant.id for mutant in mutants if not hands.shows(mutant, there=False))


class _Hands:
    """What was done to a lab, and a channel to each host that it was done to."""

    def __init__(self, engine: Engine, lab: Lab, stack: ExitStack) -> None:
        self._engine, self._lab, self._stack = engine, lab, stack
        self._channels: dict[str, Channel] = {}
        self._begun: list[Mutant] = []
        self.trouble: Trouble = {}

    def make(self, mutant: Mutant) -> None:
        self._begun.append(mutant)
        with self._noted(mutant):
            if mutant.issue is not None:
                self._channel(mutant.host).put_tree(forged(self._lab, mutant.host, mutant.issue, FORGED))
            self._must(mutant, mutant.host, mutant.break_, "could not be made")
            for host, command in mutant.also.items():
                self._must(mutant, host, command, "could not be made")
            if not self.shows(mutant, there=True):
                self._must(mutant, mutant.host, mutant.fired, "did not fire")

    def still_there(self) -> None:
        for mutant in self._begun:
            with self._noted(mutant):
                self._must(mutant, mutant.host, mutant.fired, "was gone before the check ended")

    def undo(self) -> None:
        for mutant in reversed(self._begun):
            if mutant.restore is not None:
                with self._noted(mutant):
                    self._must(mutant, mutant.host, mutant.restore, "could not be undone")
            for host, command in mutant.restore_also.items():
                with self._noted(mutant):
                    self._must(mutant, host, command, "could not be undone")
            if mutant.issue is not None:
                self._channel(mutant.host).run(["rm", "-f", *FORGED]).check()

    def shows(self, mutant: Mutant, *, there: bool) -> bool:
        """Whether the mutant's proof holds (`there`) or holds no more, before long."""
        deadline = time.monotonic() + SOON
        while (not self._failure(mutant, mutant.host, mutant.fired)) is not there:
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE)
        return True

    @contextmanager
    def _noted(self, mutant: Mutant) -> Iterator[None]:
        """The first trouble with a mutant is its cause; the others of the batch go on."""
        try:
            yield
        except LabError as error:
            self.trouble.setdefault(mutant.id, error.message)

    def _must(self, mutant: Mutant, host: str, command: str, failure: str) -> None:
        if said := self._failure(mutant, host, command):
            raise LabError(f"mutant {mutant.id} on {host} {failure}: {said}")

    def _failure(self, mutant: Mutant, host: str, command: str) -> str:
        """What a shell line said when it failed; "" if it didn't."""
        if mutant.where is Where.FABRIC:
            return self._in_fabric(command)
        result = self._channel(host).run(command, timeout=PATIENCE)
        said = result.stderr.decode(errors="replace").strip() or result.stdout.decode(errors="replace").strip()
        return (said or f"exit {result.rc}") if result.rc else ""

    def _in_fabric(self, command: str) -> str:
        """The same by a helper in the fabric's namespace with the namespaces of all hosts, as the wiring helper has them."""
        hosts = tuple(host.name for host in self._lab.plan.hosts)
        argv = ("sh", "-euc", command)
        try:
            self._engine.run_helper(
                self._lab, argv=argv, capabilities=CAPABILITIES, netns_hosts=hosts, sets_sysctls=True
            )
        except LabError as error:
            return error.message
        return ""

    def _channel(self, host: str) -> Channel:
        if host not in self._channels:
            channel = self._channels[host] = open_channel(self._engine, self._lab, host)
            self._stack.callback(channel.close)
        return self._channels[host]
