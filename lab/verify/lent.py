"""Certificates that a check has made for itself by the lab's own issuing CAs: sound, and of nobody that a host was told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lab.pki import Purpose, Subject, issuing_stem, public_authority, state_directory
from lab.pki.authority import Pair, host
from lab.pki.needs import scope
from lab.pki.store import certificate_pem, key_pem, load
from lab.verify.marks import CheckError
from lab.verify.session import LabSession


def unlisted(session: LabSession, who: str, beside: str) -> tuple[str, ...]:
    """Names that no host has, for one that calls itself `who`: in the domain of `beside`, a host's name, and in the lab's.

    Whoever lists a whole domain instead of names takes one of them.
    """
    return tuple(dict.fromkeys(f"{who}.{domain}" for domain in (beside.partition(".")[2], scope(session.plan).domain)))


def lent(session: LabSession, purpose: Purpose, names: Sequence[str]) -> str:
    """Chain and key in one PEM, of the lab's CA for that purpose. CheckError without the CA's key."""
    issuing = load(issuing_stem(state_directory(session.plan.lab) / "pki", purpose))
    if issuing is None:
        raise CheckError(f"the keys of lab {session.plan.lab} are not on this machine: run it where the lab was built")
    return _pem(issuing, purpose, names)


def of_a_public_authority(purpose: Purpose, names: Sequence[str]) -> str:
    """The same of the authority that looks like a public one, which no host of a lab trusts."""
    return _pem(public_authority(datetime.now(UTC).replace(microsecond=0)), purpose, names)


def _pem(signer: Pair, purpose: Purpose, names: Sequence[str]) -> str:
    pair = host(signer, Subject("", purpose, tuple(names), ()), datetime.now(UTC).replace(microsecond=0))
    return b"".join((certificate_pem(pair.certificate), certificate_pem(signer.certificate), key_pem(pair))).decode()
