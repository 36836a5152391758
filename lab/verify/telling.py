"""What one verify run sees and says: its evidence, and each verdict under the test that gave it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lab.plan import Plan
from lab.record import Application, Observation, State, Train, Verdict, Warrant
from lab.record.outcome import waive
from lab.scenario.dates import today
from lab.verify.marks import Judged, NotTestable
from lab.verify.sink import Sink


class Telling:
    """The run as its reader hears of it."""

    def __init__(self, plan: Plan, sink: Sink) -> None:
        self.plan, self.sink = plan, sink
        self.verdicts: list[Verdict] = []
        self._today = max(plan.as_of, today())  # a waiver ends also in a lab that stays up
        self._test, self._before, self._commands = "", 0, 0
        self._controls: tuple[str, ...] = ()
        self._seen: dict[str, Observation] = {}

    def enter(self, test: str, controls: tuple[str, ...]) -> None:
        """The coming verdicts belong to this test."""
        self._test, self._controls, self._before = test, controls, len(self.verdicts)
        self._commands = 0
        self.sink.emit("test", id=test, controls=list(controls))

    def ran_command(self) -> None:
        """A command ran on a live subject: the least that an inspection rests on."""
        self._commands += 1

    def saw(self, seen: Observation | Application) -> str:
        """Keep an observation; returns its id."""
        if isinstance(seen, Observation):
            self._seen[seen.id] = seen
        kind = "observation" if isinstance(seen, Observation) else "application"
        self.sink.emit(kind, body=seen.model_dump(mode="json"))
        return seen.id

    def keep(self, host: str, name: str, lines: Sequence[str]) -> None:
        """Keep lines of a host in the evidence, for whoever reads it later."""
        self.sink.emit("host-file", host=host, name=name, content="".join(f"{line}\n" for line in lines))

    def saw_train(self, train: Train) -> str:
        """Keep a train; returns its id."""
        self.sink.emit("train", body=train.model_dump(mode="json"))
        return train.id

    def newest(self, number: str) -> Observation:
        """An observation of this run by its id."""
        return self._seen[number]

    def give(self, verdict: Verdict) -> Verdict:
        """Record a verdict of the running test (waivers applied)."""
        given = waive(verdict.model_copy(update={"test": self._test}), self.plan.waivers, self._today)
        self.verdicts.append(given)
        self.sink.emit("verdict", body=given.model_dump(mode="json"))
        return given

    def ended(self, when: str, info: pytest.ExceptionInfo[BaseException] | None) -> None:
        """One phase of a test ended. Its own verdicts stand; what it left unsaid is said here."""
        if info is None:
            if when == "call" and len(self.verdicts) == self._before:
                self._unsaid(State.PASS if self._commands else State.ERROR, "no command ran on a live subject")
            return
        error = info.value
        if isinstance(error, AssertionError):
            if not isinstance(error, Judged):  # a plain assertion of the test's own, whatever else was judged before
                self._unsaid(State.FAIL, str(error).split("\n", 1)[0])
        elif isinstance(error, (NotTestable, pytest.skip.Exception)):
            self._unsaid(State.NOT_TESTABLE, str(error))
        else:
            self._unsaid(State.ERROR, f"{type(error).__name__}: {error}".split("\n", 1)[0])

    def _unsaid(self, state: State, reason: str) -> None:
        inspected = state in (State.PASS, State.FAIL)
        for control in self._controls:
            self.give(
                Verdict(
                    state=state,
                    control=control,
                    subject=self._test.rpartition("::")[2],
                    warrant=Warrant.INSPECTED if inspected else None,
                    observations=(),
                    message_en="inspected on the running host" if state is State.PASS else reason,
                    message_ja="稼働中のホストで確認しました" if state is State.PASS else reason,
                )
            )
