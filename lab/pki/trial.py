"""Certificates made to be refused: what a check shows to a server that must say no, and for one reason only.

They are made with the terminals' own and are on no host. Every one but its flaw is like a real terminal's, so that a
server that forgets to look lets it in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from lab.pki import authority, store
from lab.pki.authority import HOST_LIFETIME, Pair
from lab.pki.needs import Purpose, Scope, Subject, Terminal

LATER = timedelta(days=730)
SMALL = ec.SECP256R1()
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
NO_CLASS = "none"  # of a registered asset that no network access server takes


class Trial(StrEnum):
    """What is wrong with it."""

    REVOKED = "revoked"  # an earlier certificate of a terminal, on the CRL
    EXPIRED = "expired"  # likewise, its time is over
    NOT_YET = "not-yet"  # its time has not come
    FLIPPED = "flipped"  # one bit of its signature is another
    CRITICAL = "critical"  # with a critical extension that nobody knows
    OUTSIDE = "outside"  # with a name that its issuing CA may not give
    STRANGER = "stranger"  # a terminal's names, signed by a CA that only calls itself the lab's
    WRONG_USAGE = "wrong-usage"  # a terminal's names, but good for servers only
    UNREGISTERED = "unregistered"  # sound, but the register doesn't know it
    OTHER_CLASS = "other-class"  # sound and registered, of a class that nobody takes
    SMALL_KEY = "small-key"  # registered, on a curve smaller than its CA's: only where that is P-384


def trial_stem(directory: Path, trial: Trial) -> Path:
    """That certificate, without .key or .pem."""
    return directory / "trial" / trial


def identity(trial: Trial, terminal: Terminal) -> str:
    """The name in it: the terminal's own where the flaw is another."""
    if trial is Trial.OUTSIDE:
        return f"{terminal.identity.partition('@')[0]}@example.com"
    if trial in {Trial.UNREGISTERED, Trial.OTHER_CLASS, Trial.SMALL_KEY}:
        return f"trial-{trial}@{terminal.identity.partition('@')[2]}"
    return terminal.identity


def ensure(directory: Path, terminal: Terminal, issuing: Pair, scope: Scope, now: datetime) -> dict[Trial, Pair]:
    """Make what is missing or no longer what it should be, drop what this authority has no use for."""
    wanted = [trial for trial in Trial if trial is not Trial.SMALL_KEY or issuing.key.curve.key_size > SMALL.key_size]
    drop(directory, keep=wanted)
    return {trial: _one(directory, trial, terminal, issuing, scope, now) for trial in wanted}


def drop(directory: Path, *, keep: Collection[Trial] = ()) -> None:
    """Remove all but those to keep; all where the plan has no terminal."""
    for path in trial_stem(directory, Trial.REVOKED).parent.glob("*.*"):
        if path.stem not in keep:
            path.unlink()


def _one(directory: Path, trial: Trial, terminal: Terminal, issuing: Pair, scope: Scope, now: datetime) -> Pair:
    stem = trial_stem(directory, trial)
    subject = Subject(terminal.host, Purpose.TERMINAL, (identity(trial, terminal),), ())
    there = store.load(stem)
    if there is not None and _fits(there.certificate, trial, subject, issuing.certificate, now):
        return there
    signer, moment = issuing, now
    if trial is Trial.STRANGER:
        signer = authority.issuing(authority.root(now, issuing.key.curve), Purpose.TERMINAL, scope, now)
    if trial is Trial.EXPIRED:
        moment = now - HOST_LIFETIME - timedelta(days=1)
    if trial is Trial.NOT_YET:
        moment = now + LATER
    usage = Purpose.SERVER if trial is Trial.WRONG_USAGE else Purpose.TERMINAL
    odd, curve = UNKNOWN if trial is Trial.CRITICAL else None, SMALL if trial is Trial.SMALL_KEY else None
    pair = authority.host(signer, subject, moment, usage=usage, odd=odd, curve=curve)
    if trial is Trial.FLIPPED:
        pair = Pair(_flipped(pair.certificate), pair.key)
    store.save(stem, pair, store.certificate_pem(signer.certificate))
    return pair


def _flipped(certificate: x509.Certificate) -> x509.Certificate:
    """The same with the last bit of its signature turned over: the last of the file."""
    whole = bytearray(certificate.public_bytes(Encoding.DER))
    whole[-1] ^= 1
    return x509.load_der_x509_certificate(bytes(whole))


def _fits(one: x509.Certificate, trial: Trial, subject: Subject, issuing: x509.Certificate, now: datetime) -> bool:
    names = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    soon = now + timedelta(days=30)
    begun, lasting = one.not_valid_before_utc < soon, one.not_valid_after_utc > soon
    ours = store.signed(one, issuing)
    return (
        names == authority.alternative_names(subject)
        and (one.not_valid_after_utc < now if trial is Trial.EXPIRED else lasting)
        and begun is (trial is not Trial.NOT_YET)
        and ours is (trial not in {Trial.STRANGER, Trial.FLIPPED})
        and (trial is not Trial.FLIPPED or _by(one, issuing))
        and (trial is Trial.SMALL_KEY or _curve(one) == _curve(issuing))
    )


def _by(one: x509.Certificate, issuing: x509.Certificate) -> bool:
    """Whether it names this CA, whatever its signature is."""
    named = one.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    return named == issuing.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def _curve(one: x509.Certificate) -> str:
    key = one.public_key()
    return key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else ""
