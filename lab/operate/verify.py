"""`lab verify`: run the suites in a child, keep the evidence, decide the exit code."""

from __future__ import annotations

import getpass
import platform
import time
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from lab import catalogue
from lab.engine import Lab, connect
from lab.errors import BadInput, LabError
from lab.operate.child import Child, Selection
from lab.operate.choose import choose
from lab.operate.places import evidence_directory
from lab.operate.render import prepare
from lab.operate.uncollected import uncollected
from lab.plan import Plan
from lab.record import Application, Observation, State, Train, Verdict
from lab.record.bundle import BundleWriter
from lab.record.outcome import exit_code, unjudged

NO_TESTS = 5  # pytest's exit status
Watch = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What a run amounts to."""

    lab: str
    directory: Path
    exit: int
    verdicts: tuple[Verdict, ...]
    unjudged: tuple[str, ...]
    problems: tuple[str, ...]
    subset: bool
    seconds: float


def verify(
    name: str | None, selection: Selection, evidence: Path | None, watch: Watch, child: Child | None = None
) -> VerifyResult:
    """Judge a running lab. Raises LabError if there is none or it isn't whole.

    `child`: one that has been started already, to import what it needs meanwhile.
    """
    with child or Child(name) as run, connect() as engine:
        lab = choose(engine, name)
        _known(selection)
        with engine.lock(lab.plan.lab, "verify"):
            lab.remove_leftovers()
            with uncollected():
                return _run(lab, selection, evidence_directory(lab.plan.lab, evidence), watch, run)


def refuse_early(lab: str, selection: Selection, evidence: Path | None) -> None:
    """Raise BadInput for what a run would be refused for anyway, before a lab is built for it."""
    _known(selection)
    evidence_directory(lab, evidence)


def _known(selection: Selection) -> None:
    """Raise BadInput for a control that the catalogue doesn't have."""
    there = catalogue.load().controls
    unknown = [control for control in selection.controls if control not in there]
    if unknown:
        raise BadInput(f"unknown control {', '.join(unknown)}", fix="lab controls lists them")


def _run(lab: Lab, selection: Selection, directory: Path, watch: Watch, child: Child) -> VerifyResult:
    plan, began = lab.plan, datetime.now(UTC)
    made = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / "pytest.log"
    child.begin(plan.lab, selection, log)
    try:
        prepare()  # while the child collects its tests
        events = iter(child)
        first = _begun(next(events, None), log, made=made)
        writer = BundleWriter(directory)
        writer.plan(plan)
        taken = _Taken(writer, watch)
        for event in chain(first, events):
            taken.take(event)
    finally:
        child.close()
    problems = taken.problems(child.code)
    verdicts = _sobered(taken.verdicts, problems)
    due = selection.controls or (() if selection.keyword else plan.controls_due)
    code = exit_code(verdicts, due)
    if problems and code == 0:
        code = 2
    ended = datetime.now(UTC)
    writer.verdict(*verdicts)
    writer.finish(_run_record(lab, plan, began, ended, code, selection, problems, taken))
    left = unjudged(verdicts, due)
    return VerifyResult(
        plan.lab,
        directory,
        code,
        tuple(verdicts),
        left,
        tuple(problems),
        selection.subset,
        (ended - began).total_seconds(),
    )


def _begun(event: dict[str, Any] | None, log: Path, *, made: bool) -> tuple[dict[str, Any], ...]:
    """The first event, if there is one. LabError for a lab that was refused, which leaves no folder that was `made` for it."""
    if event is not None and event["event"] == "refused":
        log.unlink()
        if made:
            with suppress(OSError):
                log.parent.rmdir()
        raise LabError(event["message"], fix=event["fix"])
    return () if event is None else (event,)


class _Taken:
    """What has arrived from the child so far."""

    def __init__(self, writer: BundleWriter, watch: Watch) -> None:
        self._writer, self._watch = writer, watch
        self.verdicts: list[Verdict] = []
        self.finish: dict[str, Any] | None = None
        self.started: int | None = None
        self.left_out: list[str] = []
        self.not_quick: list[str] = []
        self.ran = 0
        self.seconds: dict[str, float] = {}  # test -> how long it took, as its end was heard of here
        self._running: tuple[str, float] | None = None

    def take(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "start":
                self.started = event["tests"]
                self.left_out, self.not_quick = event["left_out"], event["not_quick"]
            case "test":
                self.ran += 1
                self._next(event["id"])
            case "observation":
                self._writer.observation(Observation.model_validate(event["body"]))
            case "application":
                self._writer.application(Application.model_validate(event["body"]))
            case "train":
                self._writer.train(Train.model_validate(event["body"]))
            case "verdict":
                self.verdicts.append(Verdict.model_validate(event["body"]))
            case "host-file":
                self._writer.host_file(event["host"], event["name"], event["content"])
            case "capture":
                self._writer.capture(event["name"], b64decode(event["content"]))
            case "finish":
                self.finish = event
                self._next(None)
        self._watch(event)

    def _next(self, test: str | None) -> None:
        now = time.monotonic()
        if self._running is not None:
            last, began = self._running
            self.seconds[last] = round(now - began, 3)
        self._running = None if test is None else (test, now)

    def problems(self, code: int | None) -> list[str]:
        """Why this run can't be trusted as a whole; empty if it can."""
        if self.finish is None:
            how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended early (exit {code})"
            return [f"pytest {how}: see pytest.log in the evidence folder"]
        found = [f"changed during the run: {what}" for what in self.finish["changed"]]
        if self.started is None or self.started != self.ran:
            found.append(
                f"{self.started} tests were collected and {self.ran} ran: see pytest.log in the evidence folder"
            )
        wrong = {verdict.state for verdict in self.verdicts} - {State.PASS, State.WAIVED}
        if self.finish["exitstatus"] == 1 and not wrong:
            found.append("a test failed that gave no verdict: see pytest.log in the evidence folder")
        if self.finish["exitstatus"] == NO_TESTS and not self.started:
            found.append("no test matches this selection in this scenario: `lab controls ID` says what a control needs")
        elif self.finish["exitstatus"] not in (0, 1):
            found.append(f"pytest ended with status {self.finish['exitstatus']}: see pytest.log in the evidence folder")
        return found


def _sobered(verdicts: list[Verdict], problems: list[str]) -> list[Verdict]:
    """A lab that changed under the run, or a run that didn't end, passes nothing."""
    if not problems:
        return verdicts
    reason = problems[0]
    return [
        v.model_copy(
            update={
                "state": State.ERROR,
                "warrant": None,
                "message_en": f"{reason}; before that: {v.message_en}",
                "message_ja": f"検証中に異常がありました（{reason}）。それまでの結果: {v.message_ja}",
            }
        )
        if v.state in (State.PASS, State.WAIVED)
        else v
        for v in verdicts
    ]


def _run_record(
    lab: Lab,
    plan: Plan,
    began: datetime,
    ended: datetime,
    code: int,
    selection: Selection,
    problems: list[str],
    taken: _Taken,
) -> dict[str, Any]:
    from importlib.metadata import version

    return {
        "lab": plan.lab,
        "scenario": plan.scenario,
        "edition": plan.edition,
        "model": plan.model,
        "as_of": plan.as_of.isoformat(),
        **({} if plan.study is None else {"study": plan.study}),
        "plan_digest": plan.digest(),
        "controls_due": list(plan.controls_due),
        "subset": selection.subset,
        "selection": {
            "controls": list(selection.controls),
            "keyword": selection.keyword,
            "quick": selection.quick,
            "disruptive": selection.disruptive,
        },
        "not_run": taken.left_out,
        "not_quick": taken.not_quick,
        "seconds": taken.seconds,
        "started": began.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "exit": code,
        "problems": problems,
        "versions": {
            name: version(name) for name in ("sanso-lab", "pytest", "pytest-testinfra", "ansible-core", "docker")
        }
        | {"python": platform.python_version(), "kernel": platform.release()},
        "image": lab.image,
        "images": dict(sorted(lab.images.items())),
        "by": getpass.getuser(),
    }
