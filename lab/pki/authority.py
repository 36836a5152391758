"""Certificates themselves, one purpose each: ECDSA P-256 with SHA-256 (CRYPTREC: 128 bit, good beyond 2030), or P-384 with SHA-384.

A root says which curve: whatever is signed below it has keys of the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lab.pki.needs import Purpose, Scope, Subject

Key = ec.EllipticCurvePrivateKey

ROOT_LIFETIME = timedelta(days=3650)
ISSUING_LIFETIME = timedelta(days=1825)
HOST_LIFETIME = timedelta(days=90)
BACKDATE = timedelta(hours=1)  # a client whose clock is a little behind must not refuse a new certificate
COMMON_NAME_LIMIT = 64  # RFC 5280, ub-common-name

EXTENDED_USAGE = {
    Purpose.SERVER: ExtendedKeyUsageOID.SERVER_AUTH,
    Purpose.CLIENT: ExtendedKeyUsageOID.CLIENT_AUTH,
    Purpose.TERMINAL: ExtendedKeyUsageOID.CLIENT_AUTH,
}
EVERY_NETWORK = (ip_network("0.0.0.0/0"), ip_network("::/0"))


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key


def root(now: datetime, curve: ec.EllipticCurve | None = None) -> Pair:
    """Make a self-signed root that may sign one level of CAs and nothing else. `curve`: of all keys below it; P-256 without."""
    return authority(_name("Sansō Lab Root CA"), ec.generate_private_key(curve or ec.SECP256R1()), now)


def authority(name: x509.Name, key: Key, now: datetime) -> Pair:
    """Make such a root of any name, with a key that is there."""
    builder = _builder(name, key, now, now + ROOT_LIFETIME).issuer_name(name)
    return Pair(_certify_authority(builder, path_length=1).sign(key, digest(key)), key)


def issuing(parent: Pair, purpose: Purpose, scope: Scope, now: datetime) -> Pair:
    """Make the CA for hosts of one purpose.

    A stolen key of it can't speak for another domain or network (critical name constraints), can't make certificates of
    the other purpose (extended key usage of the CA itself), and can't make further CAs (path length 0).
    """
    key = ec.generate_private_key(parent.key.curve)
    builder = _child(_name(f"Sansō Lab {purpose.capitalize()} Issuing CA"), key, parent, now, ISSUING_LIFETIME)
    builder = (
        _certify_authority(builder, path_length=0)
        .add_extension(x509.ExtendedKeyUsage([EXTENDED_USAGE[purpose]]), critical=False)
        .add_extension(constraints(purpose, scope), critical=True)
    )
    return Pair(builder.sign(parent.key, digest(parent.key)), key)


def host(
    parent: Pair,
    subject: Subject,
    now: datetime,
    *,
    usage: Purpose | None = None,
    odd: x509.ExtensionType | None = None,
    curve: ec.EllipticCurve | None = None,
) -> Pair:
    """Make a certificate for one host and one purpose; names and addresses go into subjectAltName.

    `usage`: the purpose that it claims, if not its own; `odd`: one more critical extension; `curve`: of its key, if not its
    CA's. No verifier should take any of them.
    """
    key = ec.generate_private_key(curve or parent.key.curve)
    builder = _child(_name(subject.names[0]), key, parent, now, HOST_LIFETIME)
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([EXTENDED_USAGE[usage or subject.purpose]]), critical=False)
        .add_extension(alternative_names(subject), critical=False)
    )
    if odd is not None:
        builder = builder.add_extension(odd, critical=True)
    return Pair(builder.sign(parent.key, digest(parent.key)), key)


def digest(key: Key) -> SHA256 | SHA384:
    """What a key of this curve signs with: as strong as the curve is (RFC 5480, section 4)."""
    return SHA384() if isinstance(key.curve, ec.SECP384R1) else SHA256()


def constraints(purpose: Purpose, scope: Scope) -> x509.NameConstraints:
    """Only this domain and these networks; for terminals only mailboxes of this domain, and no host's name or address."""
    if purpose is Purpose.TERMINAL:
        everywhere = [x509.DNSName(""), *(x509.IPAddress(network) for network in EVERY_NETWORK)]
        return x509.NameConstraints([x509.RFC822Name(scope.domain)], everywhere)
    networks = [x509.IPAddress(network) for network in scope.networks]
    return x509.NameConstraints(permitted_subtrees=[x509.DNSName(scope.domain), *networks], excluded_subtrees=None)


def alternative_names(subject: Subject) -> x509.SubjectAlternativeName:
    """DNS names first, then addresses, as in the plan; of a terminal its identity alone, which IKE and EAP both name."""
    if subject.purpose is Purpose.TERMINAL:
        return x509.SubjectAlternativeName([x509.RFC822Name(name) for name in subject.names])
    names = [x509.DNSName(name) for name in subject.names]
    return x509.SubjectAlternativeName([*names, *(x509.IPAddress(address) for address in subject.addresses)])


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sansō Lab"),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:COMMON_NAME_LIMIT]),
        ]
    )


def _builder(name: x509.Name, key: Key, now: datetime, until: datetime) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _child(name: x509.Name, key: Key, parent: Pair, now: datetime, lifetime: timedelta) -> x509.CertificateBuilder:
    until = min(now + lifetime, parent.certificate.not_valid_after_utc)
    identifier = parent.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _builder(name, key, now, until)
        .issuer_name(parent.certificate.subject)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )


def _certify_authority(builder: x509.CertificateBuilder, *, path_length: int) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True).add_extension(
        _usage(key_cert_sign=True, crl_sign=True), critical=True
    )


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, key_cert_sign=key_cert_sign, crl_sign=crl_sign,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
