"""Whether somebody got into the VPN: accounts of refusals and of what only looks like one."""

from __future__ import annotations

from dataclasses import replace

from lab.record import State
from lab.verdict.entry import Asked, Tried, no_new_keys, not_let_in

REASON = "certificate revoked"
SAID = (
    "charon <telework|7> 203.0.113.66 is initiating an IKE_SA",
    "radiusd eap_tls: OpenSSL says error 23 : certificate revoked",
)
REFUSED = Tried(
    "with a revoked certificate", "失効した証明書の端末", REASON, installed=False, heard=True, child="", said=SAID
)


def test_a_refusal_in_the_servers_own_words_is_a_pass():
    found = not_let_in(REFUSED, good=True)
    assert found.state is State.PASS
    assert "error 23 : certificate revoked" in found.message_en


def test_a_child_sa_at_either_end_is_a_fail_whatever_was_said():
    assert not_let_in(replace(REFUSED, installed=True), good=True).state is State.FAIL
    child = "charon <telework|7> CHILD_SA net{3} established with SPIs"
    assert "CHILD_SA net{3}" in not_let_in(replace(REFUSED, child=child), good=False).message_en


def test_no_tunnel_for_another_reason_is_not_the_refusal_that_was_asked_for():
    found = not_let_in(replace(REFUSED, said=SAID[:1]), good=True)
    assert found.state is State.FAIL
    assert "no server said that it refuses it" in found.message_en


def test_a_tool_that_lets_nobody_in_and_a_gateway_that_heard_nobody_prove_nothing():
    assert not_let_in(REFUSED, good=False).state is State.ERROR
    assert not_let_in(replace(REFUSED, heard=False), good=True).state is State.ERROR


ASKED = Asked(
    "that asks for new ESP keys without a key exchange",
    "鍵交換なしのESP鍵更新を求める端末",
    "no acceptable proposal found",
    installed=True,
    rekeyed=False,
    said=("charon <telework|75> no acceptable proposal found",),
)


def test_new_keys_that_the_gateway_refuses_are_a_pass_where_right_ones_came():
    assert no_new_keys(ASKED, good=True).state is State.PASS
    assert no_new_keys(replace(ASKED, rekeyed=True), good=True).state is State.FAIL
    assert no_new_keys(replace(ASKED, said=()), good=True).state is State.FAIL
    assert no_new_keys(ASKED, good=False).state is State.ERROR
    assert no_new_keys(replace(ASKED, installed=False), good=True).state is State.ERROR
