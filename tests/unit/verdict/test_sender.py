"""Who gets a sender's records: the store with the right certificate, and nobody else."""

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.sender import AtStores, Met, Sender, gives_to_its_store_alone

OTHER, PUBLIC = ("another name", "別の名前"), ("another authority", "別の認証局")
TURNED_AWAY, TAKEN, NOBODY = (
    Met(came=True, took=False, said="alert"),
    Met(came=True, took=True),
    Met(came=False, took=False),
)
TRIED = AtStores("lg-app", TAKEN, {OTHER: TURNED_AWAY, PUBLIC: TURNED_AWAY})
SENDER = Sender("lg-app", alone=True)


def test_a_sender_that_tells_the_right_store_alone_passes():
    judgement = gives_to_its_store_alone(SENDER, TRIED)
    assert judgement.state is State.PASS
    assert "another name or another authority" in judgement.message_en
    assert "tried on lg-app" in gives_to_its_store_alone(replace(SENDER, host="lg-term"), TRIED).message_en


@pytest.mark.parametrize(
    ("sender", "tried", "state", "word"),
    [
        (
            SENDER,
            replace(TRIED, false={OTHER: TAKEN, PUBLIC: TURNED_AWAY}),
            State.FAIL,
            "a store that shows another name",
        ),
        (SENDER, replace(TRIED, false={OTHER: TURNED_AWAY, PUBLIC: TAKEN}), State.FAIL, "shows another authority"),
        (replace(SENDER, alone=False), TRIED, State.FAIL, "trusts more than the lab's root"),
        (replace(SENDER, stale=("/etc/rsyslog.conf",)), TRIED, State.FAIL, "started before /etc/rsyslog.conf"),
        (SENDER, replace(TRIED, right=TURNED_AWAY), State.ERROR, "got nothing either"),
        (SENDER, replace(TRIED, false={OTHER: TURNED_AWAY, PUBLIC: NOBODY}), State.ERROR, "never came"),
    ],
)
def test_anything_else_does_not(sender, tried, state, word):
    judgement = gives_to_its_store_alone(sender, tried)
    assert judgement.state is state
    assert word in judgement.message_en
    assert "lg-app" in judgement.message_ja
