"""What the client that must not get in is told to try."""

from __future__ import annotations

from fnmatch import fnmatch

from lab.catalogue import load
from lab.verify.entries import ALGORITHMS, CERTIFICATES, GOOD, NO_EXCHANGE, PROOFS

NAMES = {
    "own": "tele-01@sanso.test", "identity": "tele-01@sanso.test", "gateway": "vpn-gw.vpnz.sanso.test",
    "radius": "radius.mgmt.sanso.test", "address": "203.0.113.40", "word": "guessed",
}  # fmt: skip
EVERY = (*PROOFS, *CERTIFICATES, *ALGORITHMS, NO_EXCHANGE)
IKE = load().crypto.ike


def test_every_attempt_has_a_name_and_a_reason_of_its_own():
    assert len({case.who for case in EVERY}) == len(EVERY)
    assert all(case.reason and case.who_ja for case in EVERY)


def test_a_configuration_is_whole():
    for case in (*EVERY, GOOD):
        text = case.configuration(**NAMES)
        assert text.count("{") == text.count("}")
        assert f"version = {case.version}" in text
        assert "remote_addrs = 203.0.113.40" in text


def test_what_is_offered_as_weak_is_outside_of_the_baseline():
    refused = [*IKE.encryption.forbidden, *IKE.integrity.forbidden, *IKE.integrity.deprecated, *IKE.groups.forbidden]
    refused += IKE.groups.deprecated
    for case in ALGORITHMS:
        offered = (case.ike if case.ike != GOOD.ike else case.esp).split("-")
        assert any(fnmatch(word, pattern) for word in offered for pattern in refused), offered
