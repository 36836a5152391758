"""What was changed by hand, sorted: an overlay where a scenario can hold it, and a reason where it can't."""

from __future__ import annotations

from hashlib import sha256

import pytest

from lab.converge import overlayable, sort_out

RULES, KEY, SERVICE = "/etc/nftables.conf", "/etc/sanso/log_client/client.key", "/etc/sanso/services/ulogd/run"
OWN = [RULES, "/etc/ulogd.conf", SERVICE]


def digest(content):
    return sha256(content).hexdigest()


def sorted_out(now, delivered=None, strangers=()):
    """`now`: path -> content, None if it is gone. Everything was delivered as b"old"."""
    listed = dict.fromkeys(delivered or now, digest(b"old"))
    found = {path: digest(content) for path, content in now.items() if content is not None}
    contents = {path: content for path, content in now.items() if content not in (None, b"old")}
    return sort_out(listed, found, strangers, contents, OWN)


def test_nothing_was_changed():
    changes = sorted_out({RULES: b"old", KEY: b"old"})
    assert (changes.overlays, changes.left) == ({}, ())


def test_changed_text_becomes_an_overlay_byte_for_byte():
    text = "\ufeff表\r\nno end of line"
    assert sorted_out({RULES: text.encode()}).overlays == {RULES: text}


def test_supervision_files_can_be_overlays_too():
    assert sorted_out({SERVICE: b"#!/bin/sh\n"}).overlays


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\n", "private key"),
        (b"server { }\npassword = hunter2\n", "secret"),
        (b"psk=hunter2\n", "secret"),
        (b"\xff\xfe", "no text in UTF-8"),
        ("設定".encode("shift_jis"), "no text in UTF-8"),
        (b"a\0b", "zero byte"),
        (b"x" * (1 << 20) + b"y", "1048576 at most"),
    ],
)
def test_what_must_not_or_cannot_be_an_overlay_is_named_and_left_out(content, words):
    changes = sorted_out({RULES: content})
    assert changes.overlays == {}
    (left,) = changes.left
    assert left.what == RULES
    assert words in left.why
    assert "hunter2" not in str(changes)


def test_the_labs_own_keys_are_left_out_whatever_they_hold():
    (left,) = sorted_out({KEY: b"harmless"}).left
    assert "the lab's own" in left.why


def test_deleted_and_added_files_are_named_with_what_to_do():
    changes = sorted_out({RULES: None}, strangers=["/etc/nftables.d/more.nft"])
    assert changes.overlays == {}
    gone, added = changes.left
    assert (gone.what, "deleted" in gone.why) == (RULES, True)
    assert added.what == "/etc/nftables.d/more.nft"
    assert RULES in added.instead
    assert SERVICE not in added.instead


def test_firewall_can_have_its_rules_overlaid_and_not_its_keys(plan):
    own = overlayable(plan.host("fw-mn"))
    assert RULES in own
    assert KEY not in own
    assert own == sorted(own)
