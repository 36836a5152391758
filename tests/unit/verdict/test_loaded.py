"""What a VPN gateway has loaded: only IKEv2 by way of RADIUS passes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.record import State, Warrant
from lab.verdict.loaded import Connection, Loaded, takes_the_plans_proof_alone

RIGHT = Connection("telework", "IKEv2", ("EAP by EAP_RADIUS",))
SEEN = Loaded("vpn-gw", (RIGHT,), ())


def test_the_plans_proof_alone_passes_as_inspected():
    judged = takes_the_plans_proof_alone(SEEN)
    assert (judged.state, judged.warrant) == (State.PASS, Warrant.INSPECTED)
    assert "telework" in judged.message_en


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (replace(RIGHT, name="old", version="IKEv1/2"), "old: IKEv1/2"),
        (replace(RIGHT, name="maint", proofs=("pre-shared key",)), "maint: IKEv2, pre-shared key"),
        (replace(RIGHT, name="vendor", proofs=("public key",)), "vendor: IKEv2, public key"),
        (replace(RIGHT, name="word", proofs=("EAP by EAP_MSCHAPV2",)), "word: IKEv2, EAP by EAP_MSCHAPV2"),
        (replace(RIGHT, name="two", proofs=("EAP by EAP_RADIUS", "any")), "two: IKEv2, EAP by EAP_RADIUS and any"),
        (replace(RIGHT, name="open", proofs=()), "open: IKEv2, no proof"),
    ],
)
def test_a_second_connection_of_another_kind_is_a_finding(second, said):
    judged = takes_the_plans_proof_alone(replace(SEEN, connections=(RIGHT, second)))
    assert judged.state is State.FAIL
    assert said in judged.message_en


def test_a_shared_key_is_a_finding_even_without_a_connection_for_it():
    judged = takes_the_plans_proof_alone(replace(SEEN, secrets=("ike-m",)))
    assert judged.state is State.FAIL
    assert "ike-m" in judged.message_en


def test_a_gateway_without_connections_shows_nothing():
    assert takes_the_plans_proof_alone(replace(SEEN, connections=())).state is State.ERROR
