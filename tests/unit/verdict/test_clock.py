"""What a time daemon says, as recorded from chrony 4.3."""

import pytest

from lab.record import State
from lab.verdict.clock import Daemon, Source, answers, follows, sources

OWN, OTHER = "10.20.0.1", "10.10.0.1"
FOLLOWED = "^,*,10.20.0.1,8,2,377,4,-0.000000660,-0.000001597,0.000007110\n"
FRESH = "^,?,10.20.0.1,0,6,0,4294967295,0.000000000,0.000000000,0.000000000\n"
FOREIGN = "^,?,10.10.0.1,0,6,0,4294967295,0.000000000,0.000000000,0.000000000\n"
OPTIONS = ("chronyd", "-n", "-x", "-u", "root")


def daemon(text, **changes):
    return Daemon(**{"running": True, "sources": sources(text), "options": OPTIONS, **changes})


def test_reads_chronys_lines():
    assert sources(FOLLOWED) == (Source(OWN, "*", 8, 0o377),)
    assert sources("") == ()
    with pytest.raises(ValueError, match="506 Cannot talk"):
        sources("506 Cannot talk to daemon\n")


def test_a_client_with_its_own_source_passes_and_a_server_with_none():
    assert follows("lg-app", daemon(FOLLOWED), [OWN]).state is State.PASS
    assert follows("fw-lg", daemon(""), []).state is State.PASS


@pytest.mark.parametrize(
    ("seen", "planned", "word"),
    [
        (Daemon(running=False), [OWN], "no time daemon runs"),
        (daemon(FRESH), [OWN], "no usable answer"),
        (daemon(FOLLOWED + FOREIGN), [OWN], OTHER),
        (daemon(FOREIGN), [OWN], OTHER),
        (daemon(""), [OWN], "0 sources"),
        (daemon(FOREIGN), [], OTHER),
        (Daemon(running=False), [], "no time daemon runs"),
        (daemon(FOLLOWED, options=("chronyd", "-n")), [OWN], "may set the system clock"),
        (daemon(FOLLOWED, capabilities=1 << 25), [OWN], "may set the system clock"),
    ],
)
def test_each_breakage_fails(seen, planned, word):
    judgement = follows("lg-app", seen, planned)
    assert judgement.state is State.FAIL
    assert word in judgement.message_en
    assert "lg-app" in judgement.message_ja


OWNERS, STRANGERS = {"10.20.0.10": "lg-app"}, {"10.10.0.20": "mn-term", "198.51.100.200": "a public address"}


def test_a_server_that_answers_its_own_zones_alone_passes():
    assert answers("fw-lg", ["10.20.0.10"], own=OWNERS, foreign=STRANGERS).state is State.PASS


@pytest.mark.parametrize(
    ("answered", "foreign", "state", "word"),
    [
        (["10.20.0.10", "10.10.0.20"], STRANGERS, State.FAIL, "10.10.0.20 (mn-term)"),
        (["198.51.100.200"], STRANGERS, State.FAIL, "would answer 1 addresses"),
        ([], STRANGERS, State.FAIL, "would not answer 10.20.0.10 (lg-app)"),
        (["10.20.0.10"], {}, State.ERROR, "nobody"),
    ],
)
def test_whom_else_a_server_would_answer(answered, foreign, state, word):
    judgement = answers("fw-lg", answered, own=OWNERS, foreign=foreign)
    assert judgement.state is state
    assert word in judgement.message_en
    assert "fw-lg" in judgement.message_ja
