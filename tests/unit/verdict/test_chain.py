"""Certificate chains, good and bad in one respect each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lab.catalogue import load
from lab.pki import Purpose, Subject, authority
from lab.pki.needs import Scope
from lab.record import State, Warrant
from lab.verdict.chain import Asked, presented
from lab.verdict.keys import Authority, Inventory, KeyFile, keys_judged, public_of

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
PROFILE = load().crypto.pki
SCOPE = Scope("sanso.test", (ip_network("10.10.0.0/24"),))
ROOT = authority.root(NOW)
SERVER_CA, CLIENT_CA, TERMINAL_CA = (authority.issuing(ROOT, purpose, SCOPE, NOW) for purpose in Purpose)
TELE = Subject("tele-term", Purpose.TERMINAL, ("tele-01@sanso.test",), ())
APP = Subject("mn-app", Purpose.SERVER, ("mn-app.sanso.test",), (ip_address("10.10.0.10"),))


def judged(*chain, now=NOW, usage="server"):
    asked = Asked(
        usage,
        "mn-app.sanso.test",
        ROOT.certificate,
        SCOPE.domain,
        SCOPE.networks,
        now,
        ("mn.sanso.test",),
        APP.addresses,
    )
    return presented(chain, asked, PROFILE, Warrant.WITNESSED)


def issued(subject=APP, ca=SERVER_CA, at=NOW):
    return authority.host(ca, subject, at).certificate


def self_signed(key, digest, days=30):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mn-app.sanso.test")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("mn-app.sanso.test")]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, digest)
    )


def test_the_labs_own_chain_passes():
    judgement = judged(issued(), SERVER_CA.certificate)
    assert (judgement.state, judgement.warrant) == (State.PASS, Warrant.WITNESSED), judgement.message_en
    assert "server only" in judgement.message_en


@pytest.mark.parametrize(
    ("chain", "told"),
    [
        ([issued(at=NOW - timedelta(days=91)), SERVER_CA.certificate], "expired on"),
        ([issued(at=NOW + timedelta(days=2)), SERVER_CA.certificate], "not valid before"),
        ([issued()], "1 certificates are presented"),
        ([issued(), SERVER_CA.certificate, ROOT.certificate], "3 certificates are presented"),
        ([issued(), CLIENT_CA.certificate], "was not issued by"),
        ([issued(ca=CLIENT_CA), CLIENT_CA.certificate], "may issue for client"),
        ([issued(Subject("x", Purpose.CLIENT, APP.names, ())), SERVER_CA.certificate], "is for client"),
        ([issued(Subject("x", Purpose.SERVER, ("x.sanso.test",), ())), SERVER_CA.certificate], "not mn-app.sanso.test"),
        (
            [issued(Subject("x", Purpose.SERVER, (*APP.names, "www.example.com"), ())), SERVER_CA.certificate],
            "www.example.com, outside of sanso.test",
        ),
        (
            [issued(Subject("x", Purpose.SERVER, (*APP.names, "*.sanso.test"), ())), SERVER_CA.certificate],
            "*.sanso.test, which is none of its names",
        ),
        (
            [issued(Subject("x", Purpose.SERVER, (*APP.names, "juki.sanso.test"), ())), SERVER_CA.certificate],
            "juki.sanso.test, which is none of its names",
        ),
        (
            [issued(Subject("x", Purpose.SERVER, APP.names, (ip_address("10.10.0.99"),))), SERVER_CA.certificate],
            "10.10.0.99, which is none of its addresses",
        ),
        ([self_signed(ec.generate_private_key(ec.SECP256R1()), SHA256())], "signed itself"),
        ([self_signed(ec.generate_private_key(ec.SECP256R1()), SHA256(), days=400)], "lives 400 days"),
        ([self_signed(rsa.generate_private_key(65537, 1024), SHA256())], "RSA 1024 bits"),
        ([x509.load_pem_x509_certificate((DATA / "signed-with-sha-1.pem").read_bytes())], "signed with sha1"),
    ],
)
def test_a_flaw_is_a_fail_that_names_it(chain, told):
    judgement = judged(*chain)
    assert judgement.state is State.FAIL
    assert told in judgement.message_en


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (Scope("test", SCOPE.networks), "may also name test"),
        (Scope("sanso.test", (ip_network("10.0.0.0/8"),)), "may also name 10.0.0.0/8"),
    ],
)
def test_an_issuing_ca_that_may_name_more_than_the_lab_fails(scope, told):
    ca = authority.issuing(ROOT, Purpose.SERVER, scope, NOW)
    judgement = judged(issued(ca=ca), ca.certificate)
    assert judgement.state is State.FAIL
    assert told in judgement.message_en


def test_another_root_is_none():
    other = authority.root(NOW)
    ca = authority.issuing(other, Purpose.SERVER, SCOPE, NOW)
    assert "was not issued by" in judged(issued(ca=ca), ca.certificate).message_en


KEY = KeyFile("/etc/nginx/tls/server.key", "600", "0:0", public_of(issued()))
AUTHORITIES = [Authority.of(one.certificate) for one in (ROOT, SERVER_CA, CLIENT_CA)]


def test_a_hosts_own_closed_keys_pass():
    judgement = keys_judged("mn-app", Inventory((KEY,), (), ()), AUTHORITIES, "600")
    assert judgement.state is State.PASS
    assert "3 CAs compared" in judgement.message_en


@pytest.mark.parametrize("mode", ["604", "640", "777"])
def test_a_key_that_others_can_read_fails(mode):
    judgement = keys_judged("mn-app", Inventory((KeyFile("/k", mode, "0:0", b""),), (), ()), AUTHORITIES, "600")
    assert judgement.state is State.FAIL
    assert f"/k has mode {mode}" in judgement.message_en


@pytest.mark.parametrize("ca", [ROOT, SERVER_CA, CLIENT_CA])
def test_the_key_of_an_authority_on_a_host_fails(ca):
    stolen = KeyFile("/root/backup.pem", "600", "0:0", public_of(ca.certificate))
    judgement = keys_judged("mn-app", Inventory((KEY, stolen), (), ()), AUTHORITIES, "600")
    assert judgement.state is State.FAIL
    assert "/root/backup.pem is the private key of" in judgement.message_en


@pytest.mark.parametrize(
    ("public", "kinds", "state"),
    [
        (b"", ("ENCRYPTED PRIVATE KEY",), State.ERROR),
        (b"", ("RSA PRIVATE KEY",), State.ERROR),
        (KEY.public, ("PRIVATE KEY", "PRIVATE KEY"), State.ERROR),
        (b"", ("OPENSSH PRIVATE KEY",), State.PASS),
        (KEY.public, ("EC PRIVATE KEY",), State.PASS),
    ],
    ids=["encrypted", "unreadable", "two in one file", "of SSH", "readable"],
)
def test_a_key_that_cannot_be_read_may_be_an_authoritys(public, kinds, state):
    found = KeyFile("/srv/old.pem", "600", "0:0", public, kinds)
    assert keys_judged("mn-app", Inventory((KEY, found), (), ()), AUTHORITIES, "600").state is state


def terminal(*chain):
    asked = Asked("terminal", "tele-01@sanso.test", ROOT.certificate, SCOPE.domain, SCOPE.networks, NOW)
    return presented(chain, asked, PROFILE, Warrant.INSPECTED)


def test_a_terminals_chain_names_an_identity_and_no_host():
    judgement = terminal(issued(TELE, TERMINAL_CA), TERMINAL_CA.certificate)
    assert judgement.state is State.PASS, judgement.message_en


@pytest.mark.parametrize(
    ("chain", "told"),
    [
        ([issued(ca=TERMINAL_CA), TERMINAL_CA.certificate], "is for server"),
        (
            [issued(Subject("x", Purpose.CLIENT, APP.names, ()), CLIENT_CA), CLIENT_CA.certificate],
            "not tele-01@sanso.test",
        ),
        ([issued(TELE, CLIENT_CA), CLIENT_CA.certificate], "may name hosts too"),
        (
            [
                issued(Subject("x", Purpose.TERMINAL, ("tele-01@example.com",), ()), TERMINAL_CA),
                TERMINAL_CA.certificate,
            ],
            "tele-01@example.com, outside of sanso.test",
        ),
    ],
)
def test_a_terminals_chain_that_is_another_one(chain, told):
    judgement = terminal(*chain)
    assert judgement.state is State.FAIL
    assert told in judgement.message_en
