"""A mutant counts as found only by what it alone makes its own controls say."""

from __future__ import annotations

import pytest

from lab.fault import Batch, missed, mistaken
from lab.record import State, Verdict


def verdict(message, control="ZONE-01", state=State.FAIL, subject="tcp/443 a -> b"):
    return Verdict(
        state=state, control=control, subject=subject, warrant=None, observations=(), message_en=message, message_ja=""
    )


@pytest.fixture
def batch(mutant):
    return Batch("minimal", (mutant("one"), mutant("two"), mutant("three", controls=["LOG-01"])))


def test_found_by_message_or_subject(batch):
    one = batch.mutants[0]
    assert missed(one, batch, [verdict("through hole one")]) == ""
    assert missed(one, batch, [verdict("", subject="hole one")]) == ""


@pytest.mark.parametrize("state", [State.PASS, State.ERROR, State.NOT_TESTABLE, State.WAIVED])
def test_nothing_but_a_failure_counts(batch, state):
    told = missed(batch.mutants[0], batch, [verdict("hole one", state=state)])
    first, second, *said = told.splitlines()
    assert (first, second) == ("mutant one on fw-mn was not found:", f"ZONE-01 did not fail: 1 {state}")
    assert [line.rpartition(": ")[2] for line in said] == ([] if state is State.PASS else ["hole one"])


def test_no_verdict_is_not_found(batch):
    assert "ZONE-01 did not fail: no verdict" in missed(batch.mutants[0], batch, [])


def test_another_controls_failure_does_not_count(batch):
    assert "ZONE-01 did not fail" in missed(batch.mutants[0], batch, [verdict("hole one", control="LOG-01")])


def test_each_control_must_say_it(mutant):
    both = mutant(controls=["ZONE-01", "LOG-01"], through={"ZONE-01": "hole", "LOG-01": "silence"})
    batch = Batch("minimal", (both,))
    heard = verdict("silence", control="LOG-01")
    assert missed(both, batch, [verdict("hole"), heard]) == ""
    assert "ZONE-01 failed, but no failing verdict of it says 'hole'" in missed(
        both, batch, [verdict("silence"), heard]
    )


def test_what_another_caused_does_not_count(batch):
    told = missed(batch.mutants[0], batch, [verdict("hole two"), verdict("hole three")])
    assert "no failing verdict of it says 'hole one':\n  tcp/443 a -> b: hole two" in told


def test_what_two_may_have_caused_finds_neither(batch):
    shared = verdict("hole one and hole two")
    assert "neither is found by itself" in missed(batch.mutants[0], batch, [shared])
    assert "neither is found by itself" in missed(batch.mutants[1], batch, [shared])
    assert missed(batch.mutants[0], batch, [shared, verdict("hole one")]) == ""


def test_what_two_say_of_other_controls_is_no_doubt(batch):
    assert missed(batch.mutants[0], batch, [verdict("hole one, hole three")]) == ""


def test_a_message_stays_short(batch):
    told = missed(batch.mutants[0], batch, [verdict("x" * 5000)] * 400)
    assert len(told) < 1200
    assert told.endswith("and 396 more")


def test_alone_needs_no_words(mutant):
    alone = mutant(alone=True, through="")
    assert missed(alone, Batch("minimal", (alone,)), [verdict("whatever")]) == ""


def test_alone_without_words_is_taken_for_nothing(mutant):
    assert mistaken(mutant(alone=True, through=""), [], [verdict("whatever")]) == ""


def test_a_harmless_change_must_be_judged_and_pass(mutant):
    harmless = mutant(controls=[], through="", stays_green=["ZONE-01"])
    batch = Batch("minimal", (harmless,))
    assert missed(harmless, batch, [verdict("", state=State.PASS)]) == ""
    assert "should have stayed green: no verdict" in missed(harmless, batch, [])
    assert "1 pass, 1 not-testable" in missed(
        harmless, batch, [verdict("", state=State.PASS), verdict("", state=State.NOT_TESTABLE)]
    )


def test_text_that_a_run_without_the_mutant_says_is_too_general(mutant):
    assert mistaken(mutant(), [mutant("two")], [verdict("hole one")]).startswith("taken for mutant one:")
    assert mistaken(mutant(), [], [verdict("hole one", state=State.PASS), verdict("hole one", control="LOG-01")]) == ""


def test_what_a_mutant_of_that_run_claims_is_explained(mutant):
    assert mistaken(mutant(), [mutant("two", through="hole")], [verdict("hole one")]) == ""
