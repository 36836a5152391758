"""Spoiled answers of an authentication server: nobody gets in by one, and the access point says that it dropped it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.believed import Shown, not_believed

SHOWN = Shown(sent=2, let_in=False, said=("No Message-Authenticator attribute found",))


def judged(*, good=True, **change):
    return not_believed("ap", "an Access-Accept", "Access-Accept", replace(SHOWN, **change), good=good).state


def test_dropped_with_a_word_passes():
    assert judged() is State.PASS


def test_let_in_fails_whatever_else_there_was():
    assert judged(let_in=True, said=(), good=False) is State.FAIL


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"good": False}, id="the right answer opened nothing either"),
        pytest.param({"sent": 0}, id="none was sent"),
        pytest.param({"said": ()}, id="the access point says nothing"),
    ],
)
def test_staying_out_alone_is_no_verdict(change):
    assert judged(**change) is State.ERROR
