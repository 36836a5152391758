"""VLAN tags of a station: all across the air and none in another segment, or no pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.tagged import Tagged, leads_nowhere

SEEN = Tagged("sta-lg", "one tag", "タグ1つ", sent=4096, crossed=4096, plain=True, beyond={})


def test_tags_that_stay_in_their_segment_pass():
    assert leads_nowhere(SEEN).state is State.PASS


def test_tag_that_another_segment_hears_is_named_with_its_port():
    judgement = leads_nowhere(replace(SEEN, crossed=0, beyond={"mn-app.mn/to": [10, 20]}))
    assert judgement.state is State.FAIL
    assert "VLAN 10, 20 at mn-app.mn/to" in judgement.message_en


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"crossed": 4095}, id="one was lost on the air"),
        pytest.param({"plain": False}, id="nothing crossed the air without a tag"),
        pytest.param({"sent": 0, "crossed": 0}, id="nothing was sent"),
    ],
)
def test_silence_alone_is_no_verdict(change):
    assert leads_nowhere(replace(SEEN, **change)).state is State.ERROR
