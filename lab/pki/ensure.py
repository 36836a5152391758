"""Bring a folder of keys in line with the plan: keep what is still right, issue what is missing, drop the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from lab.pki import authority, backup, store
from lab.pki.authority import Pair
from lab.pki.needs import Purpose, Subject, scope, subjects
from lab.pki.store import Certificate, Pki
from lab.plan import Plan

T = TypeVar("T", bound=x509.ExtensionType)

RENEW_BEFORE = {  # left to live when a new one is issued
    "root": timedelta(days=365),
    "issuing": timedelta(days=180),
    "host": timedelta(days=30),
}


def ensure(plan: Plan, directory: Path, *, now: datetime | None = None) -> Pki:
    """Return the lab's PKI, issuing only what is missing, damaged, expiring, or no longer matches the plan.

    A new CA means new certificates below it. `now` is for tests; it is aware and in UTC.
    """
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    store.make_private(directory)
    root = _keep_or_make(directory / "root", lambda pair: _alive(pair, "root", moment), lambda: authority.root(moment))
    constraints = authority.constraints(scope(plan))
    issuing = _keep_or_make(
        directory / "issuing",
        lambda pair: _alive(pair, "issuing", moment) and _signed(pair, root)
        and _extension(pair.certificate, x509.NameConstraints) == constraints,
        lambda: authority.issuing(root, scope(plan), moment),
    )  # fmt: skip
    wanted = subjects(plan)
    certificates = {(subject.host, subject.purpose): _host(directory, subject, issuing, moment) for subject in wanted}
    _drop_others(directory, wanted)
    keys = backup.ensure(plan, directory)
    root_file = directory / "root.pem"
    return Pki(directory, root_file.read_bytes(), root_file, certificates, keys)


def _host(directory: Path, subject: Subject, issuing: Pair, now: datetime) -> Certificate:
    stem = directory / subject.purpose / subject.host
    pair = _keep_or_make(
        stem,
        lambda pair: _alive(pair, "host", now) and _signed(pair, issuing) and _names(pair, subject),
        lambda: authority.host(issuing, subject, now),
        chain=store.certificate_pem(issuing.certificate),
    )
    chain_file, key_file = stem.with_suffix(".pem"), stem.with_suffix(".key")
    return Certificate(
        subject.host, subject.purpose, chain_file.read_bytes(), key_file.read_bytes(),
        pair.certificate.not_valid_after_utc, chain_file, key_file,
    )  # fmt: skip


def _keep_or_make(stem: Path, good: Callable[[Pair], bool], make: Callable[[], Pair], chain: bytes = b"") -> Pair:
    pair = store.load(stem)
    if pair is None or not good(pair):
        pair = make()
        store.save(stem, pair, chain)
    return pair


def _alive(pair: Pair, kind: str, now: datetime) -> bool:
    certificate = pair.certificate
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE[kind]


def _signed(pair: Pair, parent: Pair) -> bool:
    algorithm = pair.certificate.signature_hash_algorithm
    if algorithm is None or pair.certificate.issuer != parent.certificate.subject:
        return False
    try:
        parent.key.public_key().verify(
            pair.certificate.signature, pair.certificate.tbs_certificate_bytes, ec.ECDSA(algorithm)
        )
    except InvalidSignature:
        return False
    return True


def _names(pair: Pair, subject: Subject) -> bool:
    usage = _extension(pair.certificate, x509.ExtendedKeyUsage)
    return _extension(pair.certificate, x509.SubjectAlternativeName) == authority.alternative_names(
        subject
    ) and usage == x509.ExtendedKeyUsage([authority.EXTENDED_USAGE[subject.purpose]])


def _extension(certificate: x509.Certificate, kind: type[T]) -> T | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _drop_others(directory: Path, wanted: tuple[Subject, ...]) -> None:
    """Remove keys of hosts that the plan no longer has."""
    for purpose in Purpose:
        names = {subject.host for subject in wanted if subject.purpose is purpose}
        for path in (directory / purpose).glob("*.*"):
            if path.stem not in names:
                path.unlink()
