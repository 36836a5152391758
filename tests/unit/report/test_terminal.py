"""The report on narrow terminals, and with text in it that nobody should trust."""

import io

import pytest
from rich.console import Console

from lab import catalogue
from lab.record import State, Verdict, Warrant
from lab.report.terminal import show

RUN = {
    "lab": "minimal",
    "scenario": "minimal",
    "edition": "R8.3",
    "model": "alpha",
    "as_of": "2026-11-23",
    "subset": True,
}
CATALOGUE = catalogue.load()


def verdict(control, state=State.PASS, warrant=Warrant.WITNESSED, message="m", subject="s"):
    return Verdict(
        state=state,
        control=control,
        subject=subject,
        warrant=warrant,
        observations=(),
        message_en=message,
        message_ja="m",
    )


EVERY = [
    verdict(control, state, warrant)
    for control in CATALOGUE.controls
    for state, warrant in (
        (State.PASS, Warrant.WITNESSED),
        (State.PASS, Warrant.EXHAUSTIVE),
        (State.NOT_TESTABLE, None),
    )
]


def shown(verdicts, width, **run):
    console = Console(file=io.StringIO(), width=width)
    show(console, {**RUN, **run}, verdicts, ("X-99",), CATALOGUE)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_control_and_no_state_is_cut(width):
    lines = shown(EVERY, width).splitlines()
    assert max(map(len, lines)) <= width
    for control in CATALOGUE.controls:
        row = next(line for line in lines if line.startswith(f"{control} "))
        assert row.split()[:3] == [control, "not-testable", "3"]
    assert any(line.startswith("X-99") for line in lines)


def test_a_wide_one_has_a_line_per_control():
    lines = shown(EVERY, 100_000).splitlines()
    for control in CATALOGUE.controls.values():
        assert any(line.startswith(control.id) and line.rstrip().endswith(control.title.en) for line in lines)


def test_text_of_others_is_shown_and_does_nothing():
    text = "[/red]\x1b[2J\x07\u202e[bold]x"
    said = shown([verdict("ZONE-01", State.FAIL, message=text, subject=text)], 100, scenario=text, not_run=[text])
    assert said.count("[/red]\ufffd[2J\ufffd\ufffd[bold]x") == 4
    assert "\x1b" not in said
