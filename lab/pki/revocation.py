"""Revocation: what was decided about certificates, kept beside the keys, and one CRL per authority made from it.

A decision outlives the lab: a terminal whose certificate was revoked stays without access, also after `lab up --fresh`,
until somebody issues a new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from lab.errors import LabError
from lab.pki.authority import BACKDATE, HOST_LIFETIME, Pair, digest
from lab.pki.place import decisions_file
from lab.pki.store import write_private

LIFETIME = HOST_LIFETIME  # of an issuing CA's CRL, which is handed out anew with every decision; its nextUpdate
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Revoked:
    """One revoked certificate."""

    serial: str  # hex, lower case, no leading zeros
    authority: str  # hex of its issuer's subject key identifier: another CA's numbers mean nothing
    host: str
    identity: str
    at: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided. `held`: terminals whose certificate is left as it is, and why ("revoked", "expired")."""

    revoked: tuple[Revoked, ...] = ()
    held: tuple[tuple[str, str], ...] = ()

    def holds(self, host: str) -> str:
        """Why this terminal's certificate is neither renewed nor replaced; "" if it may be."""
        return dict(self.held).get(host, "")

    def hold(self, host: str, why: str) -> Decisions:
        """Leave this terminal's certificate as it is from now on; with "" no longer."""
        others = [pair for pair in self.held if pair[0] != host]
        return replace(self, held=tuple(sorted([*others, (host, why)] if why else others)))


def load(directory: Path) -> Decisions:
    """Read the decisions; none if there is no file. LabError if it can't be read: forgetting one would let somebody in."""
    path = decisions_file(directory)
    try:
        raw = json.loads(path.read_text())
        return Decisions(
            tuple(Revoked(**one) for one in raw["revoked"]), tuple((host, why) for host, why in raw["held"].items())
        )
    except FileNotFoundError:
        return Decisions()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabError(
            f"the list of revoked certificates can't be read: {error}", where=str(path),
            fix="restore it from a backup, or remove the lab and its keys: lab down --keys",
        ) from error  # fmt: skip


def save(directory: Path, decisions: Decisions) -> None:
    """Write the decisions, whole or not at all."""
    raw = {"revoked": [asdict(one) for one in decisions.revoked], "held": dict(decisions.held)}
    write_private(decisions_file(directory), f"{json.dumps(raw, indent=2)}\n".encode())


def number(certificate: x509.Certificate) -> str:
    """Serial number as the register and FreeRADIUS write it: hex, lower case, an even count of digits."""
    text = f"{certificate.serial_number:x}"
    return f"0{text}" if len(text) % 2 else text


def name_of(certificate: x509.Certificate) -> str:
    """Hex of the subject key identifier: which CA this is, whatever it calls itself."""
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()


def crl(path: Path, issuer: Pair, serials: Iterable[int], now: datetime) -> bytes:
    """The CRL (PEM) of an authority at `path`: the one there if it says the same and lives on, else a new one."""
    wanted = sorted(set(serials))
    there = load_crl(path)
    own = there is not None and there.issuer == issuer.certificate.subject and there.is_signature_valid(
        issuer.certificate.public_key()  # type: ignore[arg-type]  # the lab's authorities have EC keys
    )  # fmt: skip
    if there is not None and own and _says(there, wanted) and not _soon(there, now):
        return path.read_bytes()
    made = sign(issuer, wanted, now, last=_last(there) if own and there is not None else 0)
    write_private(path, made)
    return made


def sign(issuer: Pair, serials: Sequence[int], now: datetime, *, last: int = 0) -> bytes:
    """A CRL (PEM) with these serials and the number after `last`."""
    identifier = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now - BACKDATE)
        .next_update(now + LIFETIME)
        .add_extension(x509.CRLNumber(last + 1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    for serial in serials:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
        )
    return builder.sign(issuer.key, digest(issuer.key)).public_bytes(serialization.Encoding.PEM)


def load_crl(path: Path) -> x509.CertificateRevocationList | None:
    """Read a CRL. None if it is missing or damaged."""
    try:
        return x509.load_pem_x509_crl(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _says(there: x509.CertificateRevocationList, wanted: list[int]) -> bool:
    return sorted(one.serial_number for one in there) == wanted


def _soon(there: x509.CertificateRevocationList, now: datetime) -> bool:
    """It ends before long, or has not begun."""
    end = there.next_update_utc
    return end is None or end - now < RENEW_BEFORE or there.last_update_utc > now


def _last(there: x509.CertificateRevocationList) -> int:
    return there.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
