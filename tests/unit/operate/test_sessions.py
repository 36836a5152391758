"""What a desktop says of its sessions."""

from __future__ import annotations

from lab.operate.sessions import ScreenSession, listed

BEGUN = "[20261126-13:24:{second}] [INFO ] ++ {what} session (access granted): username {user}, ip {peer} - socket: 13"
TERMINALS = {("mn-desk", "staff02"): "lg-term"}


def told(*peers, said):
    return "".join(f"0      0      10.10.0.30:3389   {peer}\n" for peer in peers) + "\n" + "\n".join(said) + "\n"


def test_a_session_is_there_while_its_connection_is():
    said = [
        BEGUN.format(second="01", what="created", user="staff02", peer="10.13.0.10:35000"),
        BEGUN.format(second="19", what="reconnected", user="staff02", peer="10.13.0.10:35010"),
    ]
    only = ScreenSession("mn-desk", "staff02", "lg-term", "2026-11-26T13:24:19+00:00")
    assert list(listed("mn-desk", told("10.13.0.10:35010", said=said), TERMINALS)) == [only]
    assert list(listed("mn-desk", told("[::ffff:10.13.0.10]:35010", said=said), TERMINALS)) == [only]
    assert list(listed("mn-desk", told(said=said), TERMINALS)) == []


def test_a_connection_that_nobody_was_let_in_on_is_no_session():
    said = ["[20261126-13:24:01] [INFO ] AUTHFAIL: user=staff02 ip=10.13.0.10 time=1"]
    assert list(listed("mn-desk", told("10.13.0.10:35000", said=said), TERMINALS)) == []


def test_an_account_that_the_plan_does_not_know_is_told_of():
    said = [BEGUN.format(second="01", what="created", user="root", peer="10.13.0.10:35000")]
    (one,) = listed("mn-desk", told("10.13.0.10:35000", said=said), TERMINALS)
    assert (one.user, one.terminal) == ("root", "?")
