"""What it shows that a tunnel's packets were sent again: recorded good and bad counts."""

from __future__ import annotations

from lab.record import Replay, State, Warrant
from lab.verdict.replay import taken_once

GOOD = {
    "outer": "vpn-gw.internet", "inner": "vpn-gw.ipsec0", "sent": 20, "first": 20, "frames": 20, "sent_again": 20, "again": 0,
    "fresh": 20,
}  # fmt: skip


def judged(counted: int = 20, **more):
    return taken_once(Replay.model_validate(GOOD | more), counted, "sequence number verification failed")


def test_dropped_and_counted_is_a_pass():
    found = judged()
    assert (found.state, found.warrant) == (State.PASS, Warrant.WITNESSED)
    assert "20 were counted" in found.message_en


def test_one_that_comes_out_again_is_a_fail_whatever_else_is_missing():
    found = judged(counted=0, again=1, fresh=0)
    assert found.state is State.FAIL
    assert "1 came out of the tunnel a second time" in found.message_en


def test_a_device_that_says_nothing_of_it_fails():
    found = judged(counted=2)
    assert found.state is State.FAIL
    assert "the central log has 2 lines about it" in found.message_en


def test_what_never_came_through_shows_nothing():
    for dead in ({"first": 0}, {"frames": 3}, {"sent_again": 0}, {"fresh": 5}):
        assert judged(**dead).state is State.ERROR


def test_a_tap_that_lost_frames_shows_nothing():
    assert judged(trouble=("the tap lost 3 frames",)).state is State.ERROR
