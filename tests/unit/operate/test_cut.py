"""Tunnels of one identity, from what a gateway told on a real lab, and their end."""

import pytest

from lab.errors import LabError
from lab.operate.cut import cut, send_away, tunnels
from lab.reach import Result

SA = (
    "list-sa event {{telework {{uniqueid={number} version=2 state=ESTABLISHED local-host=203.0.113.40 local-port=4500 "
    "local-id=vpn-gw.vpnz.sanso.test remote-host=198.51.100.10 remote-port=4500 remote-id={who} "
    "initiator-spi=6d5541afa7aefd7d remote-vips=[10.99.0.20 fd53:616e:736f:99::20] child-sas {{net-2 {{name=net uniqueid=2 "
    "reqid=1 state=INSTALLED}}}}}}}}"
)
OWN, OTHER = SA.format(number=7, who="tele-01@sanso.test"), SA.format(number=8, who="tele-02@sanso.test")


class Gateway:
    """Lists what is left; ends what it is told to, unless it is stubborn."""

    def __init__(self, *sas, stubborn=False):
        self.sas, self.stubborn, self.ended = list(sas), stubborn, []

    def run(self, command, **_):
        if "--terminate" in command:
            self.ended.append(command[3])
            if not self.stubborn:
                self.sas = [one for one in self.sas if f"uniqueid={command[3]} " not in one]
        return Result(" ".join(command), 0, "\n".join([*self.sas, "list-sas reply {}"]).encode(), b"")


def test_only_the_identitys_own_tunnels_count():
    assert tunnels(Gateway(OWN, OTHER), "tele-01@sanso.test") == (7,)
    assert tunnels(Gateway(), "tele-01@sanso.test") == ()


def test_they_are_gone_from_the_list_afterwards_and_nobody_elses():
    gateway = Gateway(OWN, OTHER)
    assert cut(gateway, "tele-01@sanso.test") == 1
    assert (gateway.ended, gateway.sas) == (["7"], [OTHER])


def test_one_that_stays_is_an_error():
    with pytest.raises(LabError, match="still open"):
        cut(Gateway(OWN, stubborn=True), "tele-01@sanso.test", deadline=0.2)


MAC = "02:52:01:00:00:01"


class Point:
    """hostapd's answers about one station. `states`: what its flags are from one question to the next; None: unknown to it."""

    def __init__(self, *states):
        self.states, self.sent_away = list(states), 0

    def run(self, command, **_):
        if "deauthenticate" in command:
            self.sent_away += 1
            return Result(command, 0, b"OK\n", b"")
        state = self.states[0] if len(self.states) == 1 else self.states.pop(0)
        return Result(command, 0, b"FAIL\n" if state is None else f"{MAC}\nflags={state}\n".encode(), b"")


@pytest.mark.parametrize(
    ("states", "ended"),
    [
        (("[AUTH][ASSOC][AUTHORIZED]", "[AUTH][ASSOC][AUTHORIZED]", None), 1),
        (("[AUTH][ASSOC][AUTHORIZED]", "[AUTH][ASSOC]"), 1),
        (("[AUTH][ASSOC]",), 0),
        ((None,), 0),
    ],
)
def test_a_stations_session_is_ended_if_it_has_one(states, ended):
    point = Point(*states)
    assert send_away(point, "ap-lg", MAC) == ended == point.sent_away


def test_a_session_that_stays_open_is_an_error():
    with pytest.raises(LabError, match="still open"):
        send_away(Point("[AUTHORIZED]"), "ap-lg", MAC, deadline=0.2)


def test_an_access_point_that_does_not_answer_is_no_closed_session():
    class Silent:
        def run(self, command, **_):
            return Result(command, 255, b"Failed to connect to hostapd\n", b"")

    with pytest.raises(LabError, match="doesn't say whether"):
        send_away(Silent(), "ap-lg", MAC)
