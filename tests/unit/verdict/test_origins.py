"""SCR-01: recorded observations of strangers and of a chain, good and bad."""

import pytest

from lab.record import State
from lab.verdict.origins import Chained, chained, stranger

GOOD = Chained(
    began=True,
    able="AUTHFAIL: user=staff03",
    opened="",
    taken="",
    words="failed to connect",
    good="++ created session: username staff02,",
)


@pytest.mark.parametrize(
    ("heard", "registered", "state"),
    [(b"", True, State.PASS), (b"\x03\x00\x00\x13", True, State.FAIL), (b"", False, State.ERROR)],
)
def test_a_stranger_is_answered_nothing_while_the_terminal_is(heard, registered, state):
    assert stranger("scr-gw-mn", heard, registered=registered).state is state


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, State.PASS),
        ({"opened": "++ created session"}, State.FAIL),
        ({"taken": "screen session start address=10.20.0.30"}, State.FAIL),
        ({"began": False}, State.ERROR),
        ({"able": ""}, State.ERROR),
        ({"good": ""}, State.ERROR),
        ({"good": "", "opened": "++ created session"}, State.FAIL),
    ],
)
def test_a_chain_is_judged_with_its_controls(changed, state):
    from dataclasses import replace

    assert chained("lg-desk", "mn-desk", replace(GOOD, **changed)).state is state
