"""The answer of a host that was searched for keys: told apart, or refused when it isn't whole."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lab.verdict.keys import KeyFile
from lab.verify.inventory import read_inventory
from lab.verify.marks import CheckError

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def channel(*lines):
    told = SimpleNamespace(stdout="".join(f"{line}\n" for line in lines).encode(), stderr=b"why")
    return SimpleNamespace(run=lambda _argv: told)


def encoded(name, *, authority):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    since = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(subject, subject, KEY.public_key(), 1, since, since + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(KEY, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.PEM)).decode()


def test_keys_certificates_and_authorities_are_told_apart():
    found = read_inventory(
        0,
        channel(
            "key 600 0:0 /etc/ssl/private/a b.key",
            "kinds EC PRIVATE KEY,PRIVATE KEY",
            f"public {base64.b64encode(PUBLIC).decode()}",
            f"certificate {encoded('host', authority=False)} /etc/ssl/host.pem",
            f"certificate {encoded('root', authority=True)} /etc/ssl/root.pem",
            f"certificate {base64.b64encode(b'-----BEGIN CERTIFICATE-----').decode()} /tmp/words",
            "end",
        ),
    )
    assert found.keys == (KeyFile("/etc/ssl/private/a b.key", "600", "0:0", PUBLIC, ("EC PRIVATE KEY", "PRIVATE KEY")),)
    assert [chain[0].subject.rfc4514_string() for chain in found.chains] == ["CN=host"]
    assert found.files == ("/etc/ssl/host.pem",)
    assert [(path, one.subject.rfc4514_string()) for path, one in found.authorities] == [
        ("/etc/ssl/root.pem", "CN=root")
    ]


def test_a_key_that_openssl_cannot_read_has_no_public_half():
    (key,) = read_inventory(0, channel("key 644 0:0 /root/k", "kinds ENCRYPTED PRIVATE KEY", "public ", "end")).keys
    assert (key.mode, key.public) == ("644", b"")


@pytest.mark.parametrize("lines", [(), ("key 600 0:0 /root/k", "kinds PRIVATE KEY"), ("end", "key 600 0:0 /root/k")])
def test_a_search_that_did_not_end_is_no_inventory(lines):
    with pytest.raises(CheckError, match="the search for keys did not end: why"):
        read_inventory(0, channel(*lines))


def test_half_a_public_key_is_no_answer():
    with pytest.raises(CheckError, match="a public key came in pieces"):
        read_inventory(0, channel("key 600 0:0 /root/k", "kinds PRIVATE KEY", "public MFkwEw%%", "end"))
