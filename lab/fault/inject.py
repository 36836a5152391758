"""Break one setting, prove that it is broken, put it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lab.engine import Engine, Lab
from lab.errors import LabError
from lab.fault.forge import forged
from lab.fault.model import Mutant, Where
from lab.reach import Channel, open_channel

CAPABILITIES = ("NET_ADMIN", "SYS_ADMIN")  # of whoever has a cable: links, and the hosts' namespaces
FORGED = ("/tmp/mutant.pem", "/tmp/mutant.key")  # noqa: S108 - a fixed name in a host of the lab, for the mutant's shell

Run = Callable[[str], str]  # a shell line -> "" or what it said when it failed


@contextmanager
def inject(engine: Engine, lab: Lab, mutant: Mutant) -> Iterator[None]:
    """The lab with this mutant in it. Raises LabError if the mutant could not be made or did not fire."""
    channel = open_channel(engine, lab, mutant.host)
    run = _in_host(channel) if mutant.where is Where.HOST else _in_fabric(engine, lab)
    try:
        if mutant.issue is not None:
            channel.put_tree(forged(lab, mutant.host, mutant.issue, FORGED))
        _must(run, mutant, mutant.break_, "could not be made")
        _must(run, mutant, mutant.fired, "did not fire")
        yield
        _must(run, mutant, mutant.fired, "was gone before the check ended")
    finally:
        if mutant.restore is not None:
            _must(run, mutant, mutant.restore, "could not be undone")
        if mutant.issue is not None:
            channel.run(["rm", "-f", *FORGED]).check()
        channel.close()


def _in_host(channel: Channel) -> Run:
    def run(command: str) -> str:
        result = channel.run(command, timeout=20)
        said = result.stderr.decode(errors="replace").strip() or result.stdout.decode(errors="replace").strip()
        return (said or f"exit code {result.rc}") if result.rc else ""

    return run


def _in_fabric(engine: Engine, lab: Lab) -> Run:
    """A helper in the fabric's namespace with the namespaces of all hosts, as the wiring helper has them."""
    hosts = tuple(host.name for host in lab.plan.hosts)

    def run(command: str) -> str:
        try:
            engine.run_helper(lab, argv=("sh", "-euc", command), capabilities=CAPABILITIES, netns_hosts=hosts)
        except LabError as error:
            return error.message
        return ""

    return run


def _must(run: Run, mutant: Mutant, command: str, failure: str) -> None:
    if said := run(command):
        raise LabError(f"mutant {mutant.id} on {mutant.host} {failure}: {said}")
