"""Who heard of a terminal's questions: recorded logs, good and bad."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.questions import Asked, heard_by_nobody

SILENT = {"home-router": "", "dns": ""}
ALIVE = {"home-router": "query[TXT] b7 from 192.168.1.1", "dns": "info: 198.51.100.10 b7. TXT IN"}
ASKED = Asked("tele-term", sent=4, tried=4, heard=SILENT, alive=ALIVE)


def test_questions_that_nobody_heard_pass():
    judged = heard_by_nobody(ASKED)
    assert judged.state is State.PASS
    assert "4 questions of tele-term are in no log of home-router and dns" in judged.message_en


@pytest.mark.parametrize(
    ("changes", "state", "said"),
    [
        ({"heard": {**SILENT, "dns": "info: a1. TXT IN"}}, State.FAIL, "stands in the log of dns"),
        (
            {"heard": {**SILENT, "home-router": "query[TXT] a1"}, "alive": {}},
            State.FAIL,
            "stands in the log of home-router",
        ),
        ({"alive": {**ALIVE, "dns": ""}}, State.ERROR, "not in the log of dns either"),
        ({"sent": 3}, State.ERROR, "could send 3 of 4 questions"),
        ({"sent": 0, "tried": 0}, State.ERROR, "nothing is shown"),
    ],
)
def test_what_was_heard_or_shows_nothing_is_no_pass(changes, state, said):
    judged = heard_by_nobody(replace(ASKED, **changes))
    assert judged.state is state
    assert said in judged.message_en
