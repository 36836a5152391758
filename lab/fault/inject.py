"""Break settings, prove that they are broken, put them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.fault.model import Mutant
from lab.reach import Channel, open_channel

Trouble = dict[str, str]  # mutant id -> why nothing can be said about it
PATIENCE = 20.0  # seconds for one command


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
        return tuple(mutant.id for mutant in mutants if hands.fired(mutant))


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
            self._must(mutant, mutant.host, mutant.break_, "could not be made")
            for host, command in mutant.also.items():
                self._must(mutant, host, command, "could not be made")
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

    def fired(self, mutant: Mutant) -> bool:
        return self._channel(mutant.host).run(mutant.fired, timeout=PATIENCE).rc == 0

    @contextmanager
    def _noted(self, mutant: Mutant) -> Iterator[None]:
        """The first trouble with a mutant is its cause; the others of the batch go on."""
        try:
            yield
        except LabError as error:
            self.trouble.setdefault(mutant.id, error.message)

    def _must(self, mutant: Mutant, host: str, command: str, failure: str) -> None:
        result = self._channel(host).run(command, timeout=PATIENCE)
        if result.rc:
            said = result.stderr.decode().strip() or result.stdout.decode().strip() or f"exit {result.rc}"
            raise LabError(f"mutant {mutant.id} on {host} {failure}: {said}")

    def _channel(self, host: str) -> Channel:
        if host not in self._channels:
            channel = self._channels[host] = open_channel(self._engine, self._lab, host)
            self._stack.callback(channel.close)
        return self._channels[host]
