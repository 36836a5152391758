"""TW-09: who is let in, for how long, and for what reason others are not."""

from __future__ import annotations

import pytest

from lab.record import State
from lab.verdict.inspected import NONE, OVER, Inspected, wants_inspection

LOG = (f"refused: reason=the inspection of tele-02 {OVER}",)


def seen(*, left=None, reason=OVER, ended="refused", timeout=None, said=LOG):
    return Inspected("a terminal", "端末", left, reason, ended, timeout, said)


@pytest.mark.parametrize(
    ("one", "good", "state", "words"),
    [
        (seen(), True, State.PASS, "was refused"),
        (seen(), False, State.ERROR, "not let in either"),
        (seen(reason=NONE), True, State.FAIL, "another reason"),
        (seen(ended="let in", timeout=100), True, State.FAIL, "was let in"),
        (seen(ended="silence", said=()), True, State.ERROR, "never answered"),
        (seen(left=600.0, ended="let in", timeout=600), True, State.PASS, "for 600 s of the 600 s"),
        (seen(left=599.2, ended="let in", timeout=600), True, State.PASS, "for 600 s"),
        (seen(left=598.9, ended="let in", timeout=600), True, State.FAIL, "was let in for 600 s"),
        (seen(left=600.0, ended="let in"), True, State.FAIL, "without an end"),
        (seen(left=600.0), True, State.ERROR, "was not let in"),
        (seen(left=600.0, ended="silence", said=()), False, State.ERROR, "was not let in: 'nothing'"),
    ],
)
def test_inspection(one, good, state, words):
    judged = wants_inspection(one, good=good)
    assert judged.state is state
    assert words in judged.message_en
    assert judged.message_ja.startswith("端末")
