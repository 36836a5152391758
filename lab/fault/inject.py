"""Break one setting, prove that it is broken, put it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.fault.model import Mutant
from lab.reach import Channel, open_channel


@contextmanager
def inject(engine: Engine, lab: Lab, mutant: Mutant) -> Iterator[None]:
    """The lab with this mutant in it. Raises LabError if the mutant could not be made or did not fire."""
    channel = open_channel(engine, lab, mutant.host)
    try:
        _must(channel, mutant, mutant.break_, "could not be made")
        _must(channel, mutant, mutant.fired, "did not fire")
        yield
        _must(channel, mutant, mutant.fired, "was gone before the check ended")
    finally:
        if mutant.restore is not None:
            _must(channel, mutant, mutant.restore, "could not be undone")
        channel.close()


def _must(channel: Channel, mutant: Mutant, command: str, failure: str) -> None:
    result = channel.run(command, timeout=20)
    if result.rc:
        raise LabError(
            f"mutant {mutant.id} on {mutant.host} {failure}: {result.stderr.decode().strip() or result.stdout.decode()}"
        )
