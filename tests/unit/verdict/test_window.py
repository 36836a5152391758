"""Trains recorded on a running lab: windows that stayed closed or opened, sessions that were cut or lived on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lab.record import Observation, State, Train
from lab.verdict import stayed_closed, was_cut

RECORDED = json.loads((Path(__file__).parent / "data" / "trains.json").read_text())
ALIVE = Observation.model_validate(RECORDED["alive"])
DEAD = ALIVE.model_copy(update={"sightings": ()})


def train(name, **event):
    recorded = Train.model_validate(RECORDED["trains"][name])
    return recorded.model_copy(update={"event": recorded.event.model_copy(update=event)})


def only(recorded, keep):
    """The recording with other moments left in it."""
    places = tuple(p.model_copy(update={"at_us": tuple(at for at in p.at_us if keep(at))}) for p in recorded.places)
    return recorded.model_copy(update={"places": places})


def span(recorded):
    return tuple((at - recorded.began_ns) // 1000 for at in (recorded.event.began_ns, recorded.event.ended_ns))


def test_window_that_stayed_closed(plan):
    judged = stayed_closed(train("closed"), ([ALIVE], [ALIVE]), plan=plan)
    assert judged.state is State.PASS
    assert "none was seen behind it" in judged.message_en


def test_window_that_opened_is_told_in_packets(plan):
    judged = stayed_closed(train("open"), ([ALIVE], [ALIVE]), plan=plan)
    assert judged.state is State.FAIL
    assert "got through within" in judged.message_en
    assert "x-li" in judged.message_en


def test_what_got_through_outweighs_everything_that_went_wrong(plan):
    assert stayed_closed(train("open", happened=False), ([DEAD], [DEAD]), plan=plan).state is State.FAIL


@pytest.mark.parametrize("alive", [([DEAD], [ALIVE]), ([ALIVE], [DEAD]), ([], [])], ids=["before", "after", "never"])
def test_dead_lab_shows_nothing(plan, alive):
    assert stayed_closed(train("closed"), alive, plan=plan).state is State.ERROR
    assert was_cut(train("cut"), alive, plan=plan, within=0.0).state is State.ERROR


def test_event_that_did_not_happen_shows_nothing(plan):
    judged = stayed_closed(train("closed", happened=False), ([ALIVE], [ALIVE]), plan=plan)
    assert judged.state is State.ERROR
    assert "did not happen" in judged.message_en


def test_packets_must_arrive_while_it_happens(plan):
    start, end = span(train("closed"))
    elsewhere = only(train("closed"), lambda at: at < start or at > end)
    assert stayed_closed(elsewhere, ([ALIVE], [ALIVE]), plan=plan).state is State.ERROR
    early = only(train("closed"), lambda at: at < end)
    assert stayed_closed(early, ([ALIVE], [ALIVE]), plan=plan).state is State.ERROR


def test_lost_frames_show_nothing(plan):
    lost = train("closed").model_copy(update={"trouble": ("the tap lost 3 frames",)})
    assert stayed_closed(lost, ([ALIVE], [ALIVE]), plan=plan).state is State.ERROR


def test_session_that_was_cut(plan):
    judged = was_cut(train("cut"), ([ALIVE], [ALIVE]), plan=plan, within=0.0)
    assert judged.state is State.PASS
    assert "none did" in judged.message_en


def test_session_that_lives_on(plan):
    judged = was_cut(train("lives-on"), ([ALIVE], [ALIVE]), plan=plan, within=0.0)
    assert judged.state is State.FAIL
    assert "lives on" in judged.message_en


def test_session_that_carried_nothing_was_not_cut(plan):
    start, end = span(train("cut"))
    assert (
        was_cut(only(train("cut"), lambda at: at > end), ([ALIVE], [ALIVE]), plan=plan, within=0.0).state is State.ERROR
    )
    assert (
        was_cut(only(train("cut"), lambda at: at < start), ([ALIVE], [ALIVE]), plan=plan, within=0.0).state
        is State.ERROR
    )


def ended(refused, *, stopped):
    """A session whose sender gave up: nothing of it comes later than the event, the last packet was stopped or wasn't."""
    recorded = train("cut")
    _, end = span(recorded)
    kept = only(recorded, lambda at: at <= end)
    behind = max(at for place in kept.places if place.port == "fw-lg.x-li" for at in place.at_us)
    if not stopped:
        kept = only(kept, lambda at: at <= behind)
    return kept.model_copy(update={"refused": refused})


@pytest.mark.parametrize(
    ("refused", "stopped", "state"),
    [(170, True, State.PASS), (0, True, State.ERROR), (170, False, State.ERROR)],
    ids=["told by a reset", "silence", "ended for another reason"],
)
def test_session_whose_sender_was_told_has_ended(plan, refused, stopped, state):
    judged = was_cut(ended(refused, stopped=stopped), ([ALIVE], [ALIVE]), plan=plan, within=0.0)
    assert judged.state is state
    assert (state is State.PASS) == ("gave the session up" in judged.message_en)


def test_session_that_ended_before_the_event_was_not_cut_by_it(plan):
    recorded = ended(170, stopped=True)
    _, end = span(recorded)
    later = recorded.event.model_copy(
        update={one: getattr(recorded.event, one) + end * 1000 for one in ("began_ns", "ended_ns")}
    )
    judged = was_cut(recorded.model_copy(update={"event": later}), ([ALIVE], [ALIVE]), plan=plan, within=0.0)
    assert judged.state is State.ERROR


def test_train_without_an_event_is_no_question(plan):
    bare = train("closed").model_copy(update={"event": None})
    with pytest.raises(ValueError, match="without an event"):
        stayed_closed(bare, ([ALIVE], [ALIVE]), plan=plan)
