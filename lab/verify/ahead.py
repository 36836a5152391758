"""What hosts tell of themselves, asked beside the probes: an answer takes long and needs neither the prober nor a test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lab.engine import Lab
from lab.errors import LabError
from lab.reach import Channel
from lab.verify.marks import CheckError
from lab.verify.shared import SharedChannel

THREADS = 4  # hosts that are asked side by side
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """Something that every one of these roles' hosts can tell ("" for all hosts), asked once per host and run.

    `on_air`: it is for hosts on the air with this function instead.
    `ask(prepared, host, channel)` runs in a thread of its own, with the channel to itself; CheckError or LabError if it
    can't be told. `prepare` runs once, before all of them.
    """

    name: str
    role: str
    ask: Callable[[Any, str, Channel], T]
    prepare: Callable[[Lab], Any] = lambda _lab: None
    on_air: str = ""


class Ahead:
    """The questions of one run and what came of them."""

    def __init__(self, lab: Lab, channel: Callable[[str], SharedChannel]) -> None:
        self._lab, self._channel = lab, channel
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ahead")
        self._errand_pool = ThreadPoolExecutor(1, thread_name_prefix="errand")
        self._asked: dict[str, dict[str, Future[Any]]] = {}
        self._errands: dict[str, Future[Any]] = {}
        self._closing = threading.Event()

    def begin(self, question: Question[Any], first: Collection[str] = ()) -> None:
        """Ask all hosts, `first` these, if that hasn't begun yet. Returns at once."""
        if question.name in self._asked:
            return
        plan = self._lab.plan
        if question.on_air:
            hosts = [one.name for one in (plan.air.hosts if plan.air else ()) if one.function == question.on_air]
        else:
            hosts = [host.name for host in plan.hosts if question.role in {"", *host.roles}]
        hosts.sort(key=lambda name: name not in first)
        prepared = question.prepare(self._lab)
        self._asked[question.name] = {  # channels are made here: by one thread only
            host: self._pool.submit(_ask, question, prepared, host, self._channel(host)) for host in hosts
        }

    def answer(self, question: Question[T], host: str) -> T:
        """What this host told; waits for it. Raises CheckError for one that could not be asked."""
        self.begin(question)
        future: Future[T] = self._asked[question.name][host]
        try:
            return future.result()
        except (CheckError, LabError) as error:
            raise CheckError(f"{host}: {error}") from error

    def answers(self, question: Question[T]) -> Sequence[T]:
        """What all hosts told, without those that could not be asked."""
        self.begin(question)
        found: list[T] = []
        for future in self._asked[question.name].values():
            error = future.exception()
            if error is None:
                found.append(future.result())
            elif not isinstance(error, (CheckError, LabError)):
                raise error
        return found

    def run(self, errand: str, do: Callable[[], T], hosts: Collection[str]) -> Future[T]:
        """Do something that takes long and concerns these hosts alone: once, beside the tests, one errand after the other.

        It begins when its hosts have answered what they are being asked: a host does one thing at a time.
        """
        if errand not in self._errands:
            asked = [told[host] for told in self._asked.values() for host in hosts if host in told]
            self._errands[errand] = self._errand_pool.submit(_after, asked, do)
        future: Future[T] = self._errands[errand]
        return future

    def pause(self, seconds: float = 0.0) -> None:
        """For an errand: wait, but not longer than this run lasts. LabError if it ends."""
        if self._closing.wait(seconds):
            raise LabError("the run ended before this was tried")

    def answered(self) -> None:
        """Wait until no host is being asked anything."""
        for futures in self._asked.values():
            for future in futures.values():
                future.exception()

    def settle(self) -> None:
        """Wait until no host is being asked anything and no errand runs."""
        self.answered()
        for errand in self._errands.values():
            errand.exception()

    def close(self) -> None:
        """Drop what has not begun and wait for the rest, which ends at its next pause."""
        self._closing.set()
        for pool in (self._pool, self._errand_pool):
            pool.shutdown(cancel_futures=True)


def _after(asked: Sequence[Future[Any]], do: Callable[[], T]) -> T:
    for one in asked:
        one.exception()  # raises CancelledError for one that nobody asks any more, where `wait` would wait for ever
    return do()


def _ask(question: Question[T], prepared: object, host: str, channel: SharedChannel) -> T:
    with channel.alone():
        return question.ask(prepared, host, channel)
