"""The decrypt proof, judged from good and bad observations."""

from __future__ import annotations

import pytest

from lab.record import State
from lab.verdict.decrypted import Decrypted, is_what_was_sent


def seen(**more):
    told = {
        "station": "sta-lg", "associations": 1, "accepted": 1, "handshakes": 1, "akm": "802.1X-SHA256",
        "pairwise": "CCMP-128", "group": "CCMP-128", "sent": 100, "sent_to_all": 100, "received": 100, "for_group": 100,
        "opened": 418, "closed": 0, "by_wrong_key": 0, "read_openly": 1, "in_clear": (), "ports": frozenset({"radio.lg/from"}),
        "delivered": True,
    }  # fmt: skip
    return Decrypted(**{**told, **more})


def test_proof_tells_frames_ciphers_and_akm():
    judged = is_what_was_sent(seen(sent=90, sent_to_all=95, for_group=7, group="GCMP-256"))
    assert judged.state is State.PASS
    for words in (
        "AKM 802.1X-SHA256",
        "185 unicast frames from it and 100 to it (CCMP-128)",
        "7 group frames (GCMP-256)",
    ):
        assert words in judged.message_en


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"in_clear": ("02:00:00:00:00:09",)}, "in frames of 02:00:00:00:00:09"),
        ({"in_clear": ("02:00:00:00:00:09",), "handshakes": 0}, "can be read on the air"),  # whatever else is not known
        ({"sent": 0}, "went another way"),
        ({"sent_to_all": 0, "ports": frozenset({"fw-lg.lg/to"})}, "was seen at fw-lg.lg/to"),
        ({"pairwise": "TKIP", "sent": 0}, "protected with TKIP"),
        ({"group": "TKIP", "for_group": 0}, "protected with TKIP"),
        ({"group": ""}, "protected with no cipher"),
    ],
)
def test_what_is_in_clear_weak_or_elsewhere_fails(more, said):
    judged = is_what_was_sent(seen(**more))
    assert judged.state is State.FAIL
    assert said in judged.message_en


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"associations": 0, "handshakes": 0}, "no association"),  # no session in the time of listening
        ({"accepted": 0, "handshakes": 0}, "no Access-Accept"),
        ({"handshakes": 0, "akm": "802.1X"}, "explain no handshake on the air (AKM 802.1X)"),
        ({"by_wrong_key": 1}, "proves nothing"),
        ({"read_openly": 0}, "not found on the open network"),
        ({"ports": frozenset(), "sent": 0}, "arrived nowhere"),
        ({"delivered": False, "received": 0}, "did not come to the access point"),
        ({"sent": 2}, "too few"),
        ({"sent_to_all": 2}, "too few"),
        ({"received": 0}, "too few"),
        ({"for_group": 2}, "too few"),
    ],
)
def test_what_proves_nothing_is_an_error(more, said):
    judged = is_what_was_sent(seen(**more))
    assert judged.state is State.ERROR
    assert said in judged.message_en
