"""Run a verification with a live table per control, then print its report."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lab.cli.terminal import console, lively
from lab.operate.child import Child, Selection
from lab.operate.verify import VerifyResult, Watch, verify
from lab.record import State, Verdict
from lab.report.terminal import STYLE, harmless, show

TENTHS = 10
MEANING = {
    0: "everything that was judged holds",
    1: "a control failed",
    2: "something could not be judged",
}


class _Controls:
    """Live count of verdicts per control."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = {}
        self.now = ""

    def take(self, event: dict[str, Any]) -> None:
        if event["event"] == "start":
            for control in event["due"]:
                self.counts.setdefault(control, {})
        elif event["event"] == "test":
            self.now = event["id"].rpartition("::")[2]
        elif event["event"] == "verdict":
            states = self.counts.setdefault(event["body"]["control"], {})
            states[event["body"]["state"]] = states.get(event["body"]["state"], 0) + 1

    def __rich__(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        for control, states in sorted(self.counts.items()):
            counts = Text(", ").join(Text(f"{n} {state}", STYLE[State(state)]) for state, n in sorted(states.items()))
            grid.add_row(control, counts)
        grid.add_row("", Text(self.now, "dim"))
        return grid


@contextmanager
def _watching(*, quiet: bool) -> Iterator[Watch]:
    screen = console(stderr=True)
    if quiet:
        yield lambda _event: None
    elif lively(screen):
        controls = _Controls()
        with Live(controls, console=screen, refresh_per_second=8, transient=True):
            yield controls.take
    else:
        yield _Lines().take


class _Lines:
    """For a log: a line at every tenth of the tests, and one for each verdict that is no pass."""

    def __init__(self) -> None:
        self._tests = self._ran = 0

    def take(self, event: dict[str, Any]) -> None:
        if event["event"] == "start":
            self._tests = event["tests"]
        elif event["event"] == "test":
            self._ran += 1
            if self._ran * TENTHS // max(self._tests, 1) > (self._ran - 1) * TENTHS // max(self._tests, 1):
                click.echo(f"verify: {self._ran} of {self._tests} tests", err=True)
        elif event["event"] == "verdict" and event["body"]["state"] != State.PASS:
            body = event["body"]
            click.echo(f"{body['control']} {body['state']}: {body['subject']}: {body['message_en']}", err=True)


def judge(
    name: str | None,
    selection: Selection,
    *,
    evidence: Path | None,
    junit: Path | None,
    html: Path | None = None,
    as_json: bool,
    child: Child | None = None,
) -> int:
    """Verify and report; returns the exit code."""
    with _watching(quiet=as_json) as watch:
        result = verify(name, selection, evidence, watch, child)
    return present(result, junit=junit, html=html, as_json=as_json)


def present(result: VerifyResult, *, junit: Path | None, html: Path | None = None, as_json: bool) -> int:
    """Print what a finished run amounts to, and render JUnit and HTML."""
    from lab import catalogue
    from lab.cli.output import emit, tell_reports
    from lab.operate.render import render

    rendered = render(result.directory, junit=junit, html=html)
    bundle = rendered.bundle
    if as_json:
        emit(
            {
                "run": bundle.run,
                "evidence": str(result.directory),
                "html": rendered.html,
                "exit": result.exit,
                "unjudged": result.unjudged,
                "problems": result.problems,
                "verdicts": [verdict.model_dump(mode="json") for verdict in result.verdicts],
            }
        )
        return result.exit
    show(console(), bundle.run, result.verdicts, result.unjudged, catalogue.load())
    for problem in result.problems:
        click.secho(f"problem: {problem}", fg="magenta")
    passed = sum(verdict.state is State.PASS for verdict in result.verdicts)
    click.echo(f"{passed} of {len(result.verdicts)} checks passed in {result.seconds:.1f} s")
    click.echo(f"evidence: {result.directory}")
    tell_reports(rendered.html)
    click.echo(f"exit {result.exit}: {MEANING[result.exit]}")
    if asked := why(result.verdicts, result.directory):
        click.echo(f"why: {asked}")
    return result.exit


def why(verdicts: Sequence[Verdict], evidence: Path) -> str:
    """The command that explains the control that failed most checks; "" if none did.

    Without a failure: the one that most went wrong with. The run is named, so that a later one doesn't answer in its place.
    """
    for state in (State.FAIL, State.ERROR):
        found = Counter(sorted(verdict.control for verdict in verdicts if verdict.state is state))
        if found:
            return shlex.join(["lab", "explain", found.most_common(1)[0][0], harmless(str(evidence))])
    return ""
