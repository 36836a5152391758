"""The log's stream: unreadable on the wire, and closed to who has not the right certificate."""

import pytest

from lab.record import State
from lab.verdict.canary import Flown, data_bytes, unreadable
from lab.verdict.refusal import filed, refused

WAY = ("mn-app.mn/from", "fw-mn.mn/to", "fw-mn.mgmt/from", "log.mgmt/to")
RECORD = b"\x17\x03\x03\x00\xc8" + bytes(200)
HANDSHAKE = b"\x16\x03\x03\x00\x04abcd"
SAID = (
    "log rsyslogd: peer did not provide a certificate, not permitted to talk to it [v8.2302.0]",
    "log rsyslogd: netstream session 0x7f1a8011bcc0 from 10.10.0.10 will be closed due to error",
)


def flown(**changes):
    usual = {"sent": 100, "length": 64, "arrived": 100, "readable": frozenset(), "in_clear": frozenset(WAY)}
    return Flown(**{**usual, "connections": ((RECORD,) * 100,), **changes})


def test_hidden_and_arrived_and_found_in_clear_passes():
    judgement = unreadable("mn-app", flown(), way=WAY)
    assert judgement.state is State.PASS
    assert "20000 bytes of TLS data" in judgement.message_en


@pytest.mark.parametrize(
    ("changes", "state", "word"),
    [
        ({"readable": frozenset({WAY[0]}), "arrived": 0}, State.FAIL, "mn-app.mn/from"),
        ({"in_clear": frozenset(WAY[:3])}, State.ERROR, "log.mgmt/to"),
        ({"in_clear": frozenset()}, State.ERROR, "proves nothing"),
        ({"arrived": 99}, State.FAIL, "99 of 100"),
        ({"connections": ()}, State.FAIL, "not TLS"),
        ({"connections": ((b"<13>x" * 4000,),)}, State.FAIL, "not TLS"),
    ],
)
def test_what_is_readable_lost_or_not_tls_does_not_pass(changes, state, word):
    judgement = unreadable("mn-app", flown(**changes), way=WAY)
    assert judgement.state is state
    assert word in judgement.message_en


def test_records_are_read_over_segments_and_from_the_first_whole_one():
    whole = RECORD * 3
    assert data_bytes((whole[:100], whole[100:400], whole[400:])) == 600
    assert data_bytes((RECORD[50:], RECORD, HANDSHAKE, RECORD)) == 400
    assert data_bytes((b"GET / HTTP/1.1\r\n",)) == 0
    assert data_bytes(()) == 0


def test_a_refusal_in_the_stores_own_words_passes():
    judgement = refused(
        "mn-app without one",
        "mn-app（証明書なし）",
        said=SAID,
        reason="peer did not provide a certificate",
        kept=(),
        good=True,
    )
    assert judgement.state is State.PASS
    assert judgement.message_ja.startswith("mn-app（証明書なし）はサービス自身により拒否されました：")
    assert "peer did not provide a certificate" in judgement.message_ja


@pytest.mark.parametrize(
    ("said", "kept", "good", "state"),
    [
        (SAID, ("/var/log/sanso/mn-app.log",), True, State.FAIL),
        (SAID, (), False, State.ERROR),
        (SAID[1:], (), True, State.FAIL),
        ((), (), False, State.ERROR),
    ],
)
def test_silence_a_kept_line_or_a_dead_store_is_no_refusal(said, kept, good, state):
    assert (
        refused("x", "x", said=said, reason="peer did not provide a certificate", kept=kept, good=good).state is state
    )


def test_a_claimed_name_decides_nothing():
    own = "/var/log/sanso/mn-app.log"
    assert filed("mn-app", claim="fw-mn", own=own, files=[own]).state is State.PASS
    assert filed("mn-app", claim="fw-mn", own=own, files=[own, "/var/log/sanso/fw-mn.log"]).state is State.FAIL
    assert filed("mn-app", claim="fw-mn", own=own, files=[]).state is State.FAIL
