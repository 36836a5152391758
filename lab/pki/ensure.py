"""Bring a folder of keys in line with the plan: keep what is still right, issue what is missing, drop the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from lab.errors import LabError
from lab.pki import authority, backup, publish, revocation, store
from lab.pki.authority import Pair
from lab.pki.needs import Purpose, Subject, curve, scope, subjects, terminals
from lab.pki.place import host_stem, issuing_stem, root_folder
from lab.pki.revocation import Decisions
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

    A new CA means new certificates below it. `now` is for tests; it is aware and in UTC. Below `directory`:

        root.pem                    the root's certificate, for everybody
        issuing/server.key, .pem    the CA that issues to servers and to nobody else; client.key, .pem likewise
        server/mn-app.key, .pem     a server's certificate, with its CA's behind it; client/, terminal/ likewise
        crl/, trust/, register.json, decisions.json, radius/, trial/    of terminals: see `publish`

    and in `root_folder`, apart from all that, root.key and root.pem.
    """
    moment = (now or datetime.now(UTC)).replace(microsecond=0)
    store.make_private(directory)
    issuing = _authorities(plan, directory, moment)
    wanted = subjects(plan)
    decisions = revocation.load(directory)
    certificates = {
        (subject.host, subject.purpose): _host(directory, subject, issuing[subject.purpose], decisions, moment)
        for subject in wanted
    }
    _drop_others(directory, wanted)
    keys = backup.ensure(plan, directory)
    published = publish.publish(plan, directory, issuing, terminals(plan), decisions, scope(plan), moment)
    root_file = directory / "root.pem"
    return Pki(directory, root_file.read_bytes(), root_file, certificates, keys, published)


def _authorities(plan: Plan, directory: Path, now: datetime) -> dict[Purpose, Pair]:
    """The issuing CAs. The root's key is read only if one of them has to be made."""
    root = store.load_certificate(directory / "root.pem")
    if root is not None and root.not_valid_before_utc > now:
        raise LabError(
            f"the lab's certificates are not valid yet: the root begins {root.not_valid_before_utc:%Y-%m-%d %H:%M} UTC, and this"
            f" machine's clock says {now:%Y-%m-%d %H:%M}",
            where=str(directory / "root.pem"),
            fix=f"set the clock (timedatectl), or make new ones: lab down --lab {plan.lab} --keys, then lab up",
        )
    found = {purpose: store.load(issuing_stem(directory, purpose)) for purpose in Purpose}
    good = {
        purpose: pair for purpose, pair in found.items()
        if pair and root and _signs(root, plan, now) and _issues(pair, purpose, root, plan, now)
    }  # fmt: skip
    if len(good) == len(Purpose):
        return good
    signer = _root(directory, root, plan, now)
    for purpose in Purpose:
        if purpose not in good or signer.certificate != root:
            good[purpose] = authority.issuing(signer, purpose, scope(plan), now)
            store.save(issuing_stem(directory, purpose), good[purpose])
    return good


def _root(directory: Path, known: x509.Certificate | None, plan: Plan, now: datetime) -> Pair:
    """The root with its key: the one that everybody knows if its key is there and it lives on, else a new one."""
    stem = root_folder(directory) / "root"
    pair = store.load(stem)
    if pair is None or pair.certificate != known or not _signs(pair.certificate, plan, now):
        pair = authority.root(now, curve(plan))
        store.save(stem, pair)
        store.write_private(directory / "root.pem", store.certificate_pem(pair.certificate))
    return pair


def _signs(root: x509.Certificate, plan: Plan, now: datetime) -> bool:
    key = root.public_key()
    return (
        isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == curve(plan).name and _alive(root, "root", now)
    )


def _issues(pair: Pair, purpose: Purpose, root: x509.Certificate, plan: Plan, now: datetime) -> bool:
    certificate = pair.certificate
    return (
        _alive(certificate, "issuing", now)
        and store.signed(certificate, root)
        and _extension(certificate, x509.NameConstraints) == authority.constraints(purpose, scope(plan))
        and _extension(certificate, x509.ExtendedKeyUsage) == _usage(purpose)
    )


def _host(directory: Path, subject: Subject, issuing: Pair, decisions: Decisions, now: datetime) -> Certificate:
    stem = host_stem(directory, subject.purpose, subject.host)
    pair = store.load(stem)
    held = subject.purpose is Purpose.TERMINAL and decisions.holds(subject.host)
    if pair is None or not (held or _right(pair.certificate, subject, issuing.certificate, now)):
        pair = authority.host(issuing, subject, now)
        store.save(stem, pair, store.certificate_pem(issuing.certificate))
    chain_file, key_file = stem.with_suffix(".pem"), stem.with_suffix(".key")
    return Certificate(
        subject.host, subject.purpose, chain_file.read_bytes(), key_file.read_bytes(),
        pair.certificate.not_valid_after_utc, chain_file, key_file,
    )  # fmt: skip


def _right(certificate: x509.Certificate, subject: Subject, issuing: x509.Certificate, now: datetime) -> bool:
    return (
        _alive(certificate, "host", now)
        and store.signed(certificate, issuing)
        and _extension(certificate, x509.SubjectAlternativeName) == authority.alternative_names(subject)
        and _extension(certificate, x509.ExtendedKeyUsage) == _usage(subject.purpose)
    )


def _alive(certificate: x509.Certificate, kind: str, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE[kind]


def _usage(purpose: Purpose) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage([authority.EXTENDED_USAGE[purpose]])


def _extension(certificate: x509.Certificate, kind: type[T]) -> T | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _drop_others(directory: Path, wanted: tuple[Subject, ...]) -> None:
    """Remove keys of hosts that the plan no longer has."""
    for purpose in Purpose:
        names = {subject.host for subject in wanted if subject.purpose is purpose}
        for path in host_stem(directory, purpose, "any").parent.glob("*.*"):
            if path.stem not in names:
                path.unlink()
