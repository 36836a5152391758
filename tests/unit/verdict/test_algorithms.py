"""Algorithms and strengths: what is off the state's lists, and what is too weak for its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA224, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from lab.catalogue import load
from lab.record import State
from lab.verdict.algorithms import listed, strong
from lab.verdict.keys import Inventory, KeyFile

KNOWN = load().crypto.algorithms
NOW = datetime(2026, 4, 1, tzinfo=UTC)
P256 = ec.generate_private_key(ec.SECP256R1())
RSA2048 = rsa.generate_private_key(65537, 2048)


def certificate(key, digest, days=90):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "it")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=days))
    return builder.sign(key, digest)


def there(*certificates, keys=()):
    files = tuple(
        KeyFile(f"/{n}", "600", "0:0", key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        for n, key in enumerate(keys)
    )
    return Inventory(files, tuple((one,) for one in certificates), tuple("/c.pem" for _ in certificates))


@pytest.mark.parametrize(
    ("inventory", "told"),
    [
        (there(certificate(P256, SHA256())), ""),
        (there(certificate(RSA2048, SHA256())), ""),
        (there(certificate(ed25519.Ed25519PrivateKey.generate(), None)), ""),
        (there(certificate(P256, SHA224())), "it in /c.pem is signed with sha224"),
        (Inventory((), (), (), (("/ca.pem", certificate(P256, SHA224())),)), "it in /ca.pem is signed with sha224"),
        (there(keys=[dsa.generate_private_key(2048)]), "/0 has a key of DSA, which is not listed"),
    ],
)
def test_listed(inventory, told):
    judged = listed("mn-app", inventory, KNOWN)
    assert judged.state is (State.FAIL if told else State.PASS), judged.message_en
    assert told in judged.message_en


def test_certificates_and_keys_are_told_in_japanese_too():
    assert (
        listed("mn-app", there(certificate(P256, SHA224())), KNOWN).message_ja == "mn-app：/c.pem の it の署名が sha224"
    )
    assert "RSA 2048 ビット、sha256" in listed("mn-app", there(certificate(RSA2048, SHA256())), KNOWN).message_ja


@pytest.mark.parametrize(
    ("inventory", "told"),
    [
        (there(certificate(P256, SHA256(), days=3650)), ""),
        (there(certificate(RSA2048, SHA256(), days=365)), ""),
        (
            there(certificate(RSA2048, SHA256(), days=3650)),
            "RSA 2048 bits is good until 2030-12-31 and lives until 2036",
        ),
        (there(certificate(rsa.generate_private_key(65537, 1024), SHA256())), "has not even 112 bits"),
        (there(certificate(ec.generate_private_key(ec.SECP224R1()), SHA256(), days=3650)), "secp224r1 is good until"),
        (there(keys=[ec.generate_private_key(ec.SECP192R1())]), "has not even 112 bits"),
        (there(keys=[P256, RSA2048]), ""),
    ],
)
def test_strong(inventory, told):
    judged = strong("mn-app", inventory, KNOWN)
    assert judged.state is (State.FAIL if told else State.PASS), judged.message_en
    assert told in judged.message_en


def test_nothing_found_is_an_error():
    assert listed("mn-app", there(), KNOWN).state is State.ERROR
    assert strong("mn-app", there(), KNOWN).state is State.ERROR
