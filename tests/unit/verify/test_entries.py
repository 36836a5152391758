"""What the client that must not get in is told to try."""

from __future__ import annotations

import re
from fnmatch import fnmatch

from lab.catalogue import load
from lab.verify.entries import (
    ALGORITHMS,
    ALGORITHMS_BY_IPV6,
    CERTIFICATES,
    GOOD,
    NO_EXCHANGE,
    PROOFS,
    SECOND,
    WEAK_EXCHANGE,
)
from lab.verify.offers import ESP as ESP_WEAK
from lab.verify.offers import ESP_GROUPS, Kind, esp, ike, whole
from lab.verify.offers import IKE as IKE_WEAK

NAMES = {
    "own": "tele-01@sanso.test", "identity": "tele-01@sanso.test", "gateway": "vpn-gw.vpnz.sanso.test",
    "radius": "radius.mgmt.sanso.test", "address": "203.0.113.40", "word": "guessed",
}  # fmt: skip
EVERY = (*PROOFS, *CERTIFICATES, *ALGORITHMS, *ALGORITHMS_BY_IPV6, WEAK_EXCHANGE, NO_EXCHANGE)
IKE = load().crypto.ike
AEAD = re.compile("gcm|ccm|gmac|poly1305")
ALLOWED = {
    Kind.AEAD: {word for word in IKE.encryption.allowed if AEAD.search(word)},
    Kind.CIPHER: {word for word in IKE.encryption.allowed if not AEAD.search(word)},
    Kind.INTEGRITY: set(IKE.integrity.allowed),
    Kind.PRF: set(IKE.prf.allowed),
    Kind.GROUP: set(IKE.groups.allowed) - {"x25519", "x448"},  # other names for curve25519 and curve448
}
ESP_OFFERS = [esp(weak) for weak in (*ESP_WEAK, *whole(ESP_WEAK), ESP_GROUPS)]
OFFERS = [
    *((weak, ike(weak)) for weak in (*IKE_WEAK, *whole(IKE_WEAK))),
    *((weak, esp(weak)) for weak in (*ESP_WEAK, *whole(ESP_WEAK), ESP_GROUPS)),
]


def test_every_attempt_has_a_name_and_a_reason_of_its_own():
    assert len({case.who for case in EVERY}) == len(EVERY)
    assert all(case.reason and case.who_ja for case in EVERY)


def test_a_configuration_is_whole():
    for case in (*EVERY, SECOND, GOOD):
        text = case.configuration(**NAMES)
        assert text.count("{") == text.count("}")
        assert f"version = {case.version}" in text
        assert "remote_addrs = 203.0.113.40" in text


def test_whatever_is_agreed_to_of_an_offer_is_outside_of_the_baseline():
    for weak, offer in OFFERS:
        for proposal in offer.split(", "):
            kinds = _by_kind(proposal)
            assert not kinds[weak.kind] & ALLOWED[weak.kind], (weak, proposal)
            assert kinds[weak.kind] == set(weak.words)


def test_everything_sound_is_offered_beside_what_is_weak():
    for weak, offer in OFFERS:
        assert weak.kind is not Kind.AEAD or offer.count(", ") == 0
        for proposal in offer.split(", "):
            kinds = _by_kind(proposal)
            for kind in kinds.keys() - {weak.kind}:
                assert not kinds[kind] or kinds[kind] >= ALLOWED[kind], (kind, proposal)
            assert bool(kinds[Kind.AEAD]) != bool(kinds[Kind.CIPHER] and kinds[Kind.INTEGRITY])
            assert bool(kinds[Kind.PRF]) == (offer not in ESP_OFFERS)
            assert kinds[Kind.GROUP] or offer in ESP_OFFERS


def test_no_name_of_an_offer_stands_for_what_the_baseline_has():
    refused = [
        *IKE.encryption.forbidden,
        *IKE.encryption.deprecated,
        *IKE.integrity.forbidden,
        *IKE.integrity.deprecated,
    ]
    refused += [*IKE.groups.forbidden, *IKE.groups.deprecated, *IKE.prf.forbidden, *IKE.prf.deprecated]
    offered = {word for weak in (*IKE_WEAK, *ESP_WEAK) for word in weak.words}
    named = {pattern for pattern in refused if not any(fnmatch(word, pattern) for word in offered)}
    assert named == {"rc4*", "desmac*", "modpnull"}  # strongSwan has no RC4, no DES-MAC and no empty group to offer


def _by_kind(proposal: str) -> dict[Kind, set[str]]:
    words = set(proposal.split("-"))
    kinds = {Kind.PRF: {word for word in words if word.startswith("prf")}}
    kinds[Kind.GROUP] = {word for word in words if word.startswith(("modp", "ecp", "curve"))}
    kinds[Kind.INTEGRITY] = {word for word in words if word.startswith(("sha", "md5", "aesxcbc", "aescmac"))}
    kinds[Kind.AEAD] = {word for word in words if AEAD.search(word)}
    kinds[Kind.CIPHER] = words.difference(*kinds.values())
    return kinds


def test_a_second_login_asks_for_no_end_of_the_first():
    assert "unique = never" in SECOND.configuration(**NAMES)
    assert "unique" not in GOOD.configuration(**NAMES)
