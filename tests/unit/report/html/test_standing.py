"""What became of each control."""

import pytest

from lab import catalogue
from lab.record import State
from lab.report.html.standing import Outcome, standings


def outcome(bundle, control):
    return next(one for one in standings(bundle, catalogue.load()) if one.id == control)


def test_a_control_is_as_good_as_its_worst_verdict(bundle, verdict):
    made = bundle([verdict(), verdict(State.FAIL), verdict(State.ERROR), verdict()])
    one = outcome(made, "ZONE-01")
    assert one.outcome is Outcome.FAIL
    assert one.counts == {State.FAIL: 1, State.ERROR: 1, State.PASS: 2}
    assert list(one.counts) == [State.FAIL, State.ERROR, State.PASS]


def test_a_due_control_without_verdict_is_no_pass(bundle, verdict):
    one = outcome(bundle([verdict()]), "TC-01")
    assert one.outcome is Outcome.UNJUDGED
    assert one.outcome.wrong
    assert not one.outcome.tested


def test_a_subset_leaves_out_what_it_did_not_select(bundle, verdict):
    assert outcome(bundle([verdict()], subset=True), "TC-01").outcome is Outcome.LEFT_OUT


def test_a_control_that_the_scenario_has_nothing_for_is_not_due(bundle, verdict):
    assert outcome(bundle([verdict()]), "OPS-05").outcome is Outcome.NOT_DUE


def test_every_control_of_the_catalogue_is_there_once_and_strangers_too(bundle, verdict):
    found = [one.id for one in standings(bundle([verdict(control="OWN-01")]), catalogue.load())]
    assert found == [*catalogue.load().controls, "OWN-01"]


@pytest.mark.parametrize("state", list(State))
def test_only_judged_outcomes_count_as_tested(bundle, verdict, state):
    one = outcome(bundle([verdict(state)]), "ZONE-01").outcome
    assert one.tested == (state in {State.PASS, State.FAIL, State.WAIVED})
