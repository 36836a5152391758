"""A second login of one identity: recorded lines of a gateway and of the watch, good and bad."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State
from lab.verdict.logins import SecondLogin, alarmed, told

OWN = "tele-01@sanso.test"
DUPLICATE = f"07[IKE] <telework|57> deleting duplicate IKE_SA for peer '{OWN}' due to uniqueness policy"
ALARM = f"log login-watch: ALARM: {OWN} came in from 203.0.113.66 at vpn-gw while its tunnel from 198.51.100.10, at vpn-gw, was up"
OWN_RETURN = ALARM.replace("203.0.113.66", "198.51.100.10")
SEEN = SecondLogin(
    OWN,
    "203.0.113.66",
    installed=True,
    returned=(DUPLICATE,),
    gateway=(DUPLICATE,),
    tunnels=("198.51.100.10",),
    watch=("log sshd: hello", ALARM),
)


def test_what_is_told_and_raises_an_alarm_passes():
    assert told(SEEN).state is State.PASS
    judged = alarmed(SEEN)
    assert judged.state is State.PASS
    assert "login-watch: ALARM" in judged.message_en


@pytest.mark.parametrize(
    ("changes", "state", "said"),
    [
        ({"watch": ()}, State.FAIL, "no alarm came to the central log"),
        ({"watch": (ALARM.replace(OWN, "tele-02@sanso.test"),)}, State.FAIL, "no alarm came to the central log"),
        ({"watch": (OWN_RETURN, ALARM)}, State.FAIL, "came back from the address that it had"),
        ({"installed": False, "watch": ()}, State.ERROR, "did not come about"),
        ({"returned": ()}, State.ERROR, "that it raises no alarm isn't shown"),
    ],
)
def test_what_shows_no_alarm_is_no_pass(changes, state, said):
    judged = alarmed(replace(SEEN, **changes))
    assert judged.state is state
    assert said in judged.message_en


def test_a_gateway_that_says_nothing_is_a_finding():
    assert told(replace(SEEN, gateway=("something else",))).state is State.FAIL
    assert told(replace(SEEN, installed=False)).state is State.ERROR


def test_two_tunnels_side_by_side_are_a_finding_whatever_the_log_says():
    judged = told(replace(SEEN, tunnels=("198.51.100.10", "203.0.113.66")))
    assert judged.state is State.FAIL
    assert "2 tunnels stay side by side: from 198.51.100.10 and 203.0.113.66" in judged.message_en
    assert told(replace(SEEN, tunnels=())).state is State.ERROR
