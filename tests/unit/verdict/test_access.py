"""Who is let in: a refusal counts with the server's own reason and beside the right terminal only."""

import pytest

from lab.record import State
from lab.verdict.access import answers_signed, dropped, shut_out
from lab.verdict.clients import Client, clients_judged

REASON = "certificate revoked"
SAID = ["let in: station=1", f"refused: station=2 reason={REASON}"]
SECRET = "x" * 48


@pytest.mark.parametrize(
    ("ended", "said", "good", "state"),
    [
        ("refused", SAID, True, State.PASS),
        ("let in", SAID, True, State.FAIL),
        ("let in", SAID, False, State.FAIL),  # whatever became of the right one
        ("refused", SAID, False, State.ERROR),
        ("silence", SAID, True, State.ERROR),
        ("refused", ["refused: station=2 reason=another"], True, State.FAIL),
        ("refused", [], True, State.FAIL),
    ],
)
def test_a_terminal_is_shut_out(ended, said, good, state):
    judged = shut_out("a terminal", "端末", ended=ended, said=said, reason=REASON, good=good)
    assert judged.state is state


@pytest.mark.parametrize(
    ("answered", "said", "reason", "good", "state"),
    [
        (False, [], "", True, State.PASS),
        (False, ["it says why"], "why", True, State.PASS),
        (False, ["it says so"], "why", True, State.FAIL),
        (True, [], "", True, State.FAIL),
        (False, [], "", False, State.ERROR),
    ],
)
def test_a_request_is_dropped(answered, said, reason, good, state):
    assert dropped("it", "それ", answered=answered, said=said, reason=reason, good=good).state is state


@pytest.mark.parametrize(
    ("genuine", "state"), [([True, True], State.PASS), ([True, False], State.FAIL), ([], State.ERROR)]
)
def test_answers_are_signed(genuine, state):
    assert answers_signed("radius", genuine).state is state


@pytest.mark.parametrize(
    ("clients", "told"),
    [
        ([Client("gw", "10.0.0.4", SECRET), Client("gw", "fd00::4", SECRET)], ""),
        ([Client("gw", "10.0.0.4", "testing123")], "a manual's example"),
        ([Client("gw", "10.0.0.4", "short")], "5 characters, 32 at least"),
        ([Client("gw", "10.0.0.4", SECRET), Client("ap", "fd00::4", SECRET)], "ap and gw share a secret"),
        ([Client("any", "0.0.0.0/0", SECRET)], "any may ask from 0.0.0.0/0, which the plan doesn't have"),
    ],
)
def test_clients(clients, told):
    judged = clients_judged("radius", clients, {"10.0.0.4", "fd00::4"})
    assert judged.state is (State.FAIL if told else State.PASS)
    assert told in judged.message_en
    assert SECRET not in judged.message_en


def test_no_client_at_all_is_an_error():
    assert clients_judged("radius", [], {"10.0.0.4"}).state is State.ERROR
