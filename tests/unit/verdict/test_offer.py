"""SSH offers as servers gave them: today's OpenSSH as it is delivered, as it is packaged, and made weak."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.catalogue import load
from lab.record import State
from lab.verdict.offer import SshOffer, algorithms, authentication, weaknesses

PROFILE = load().crypto.ssh
GOOD = SshOffer(
    banner="SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10",
    kex=("curve25519-sha256", "diffie-hellman-group16-sha512", "kex-strict-s-v00@openssh.com"),
    host_keys=("ssh-ed25519",),
    ciphers=("aes256-gcm@openssh.com", "aes128-ctr"),
    macs=("hmac-sha2-512-etm@openssh.com",),
    compression=("none",),
    authentication=("publickey",),
    host_key="ssh-ed25519",
    host_key_bits=256,
)


def test_what_the_role_offers_passes():
    assert weaknesses(GOOD, PROFILE) == {}
    assert {judgement.state for judgement in algorithms(GOOD, PROFILE).values()} == {State.PASS}


@pytest.mark.parametrize(
    ("what", "change", "told"),
    [
        ("key exchange", {"kex": (*GOOD.kex, "diffie-hellman-group14-sha1")}, "diffie-hellman-group14-sha1"),
        ("key exchange", {"kex": (*GOOD.kex, "gss-gex-sha1-toWM5Slw5Ew8Mqkay+al2g==")}, "not in the baseline"),
        ("key exchange", {"kex": GOOD.kex[:2]}, "kex-strict"),
        ("key exchange", {"kex": ("kex-strict-s-v00@openssh.com",)}, "names no key exchange"),
        ("host key", {"host_keys": ("ssh-ed25519", "ssh-rsa")}, "ssh-rsa"),
        ("host key", {"host_keys": ("rsa-sha2-512",), "host_key": "ssh-rsa", "host_key_bits": 2048}, "2048 bits"),
        ("cipher", {"ciphers": ("aes256-ctr", "aes128-cbc")}, "aes128-cbc"),
        ("cipher", {"ciphers": ("rijndael-cbc@lysator.liu.se",)}, "rijndael-cbc"),
        ("cipher", {"ciphers": ()}, "names no cipher"),
        ("MAC", {"macs": ("hmac-sha1-etm@openssh.com",)}, "hmac-sha1-etm"),
        ("MAC", {"macs": ("umac-128-etm@openssh.com",)}, "not in the baseline"),
        ("compression", {"compression": ("none", "zlib")}, "zlib"),
        ("authentication", {"authentication": ("publickey", "password")}, "password"),
        ("authentication", {"authentication": ("none",)}, "none"),
    ],
)
def test_each_weakness_is_found_where_it_is(what, change, told):
    found = weaknesses(replace(GOOD, **change), PROFILE)
    assert set(found) == {what}
    assert told in found[what].message_en
    assert found[what].message_ja != found[what].message_en


def test_what_is_to_be_given_up_is_named_and_passes():
    old = replace(GOOD, macs=("hmac-sha2-256",))
    judgement = algorithms(old, PROFILE)["MAC"]
    assert judgement.state is State.PASS
    assert "to be given up: hmac-sha2-256" in judgement.message_en


def test_no_method_at_all_is_no_way_in():
    assert authentication(replace(GOOD, authentication=()), PROFILE).state is State.FAIL


def test_what_some_people_may_try_is_not_what_was_told():
    seen = authentication(replace(GOOD, exceptions=("Match User operator",)), PROFILE)
    assert seen.state is State.FAIL
    assert "Match User operator" in seen.message_en
