"""Keys and certificates as files: folders 0700, files 0600, replaced whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lab.errors import LabError
from lab.pki.authority import Pair
from lab.pki.needs import Purpose


@dataclass(frozen=True, slots=True)
class Certificate:
    """One host's certificate for one purpose."""

    host: str
    purpose: Purpose
    chain_pem: bytes  # the host's certificate, then the issuing CA's; the root is not in it
    key_pem: bytes  # PKCS #8, not encrypted
    not_after: datetime  # aware, UTC
    chain_file: Path
    key_file: Path


@dataclass(frozen=True, slots=True)
class Pki:
    """What a lab's hosts need: the root to trust, and their certificates."""

    directory: Path
    root_pem: bytes
    root_file: Path
    certificates: Mapping[tuple[str, Purpose], Certificate]
    ssh_keys: tuple[Path, ...] = ()  # public files of the backup's key pairs
    published: tuple[Path, ...] = ()  # CRLs, the terminals' trust, the asset register, RADIUS secrets

    def certificate(self, host: str, purpose: Purpose | None = None) -> Certificate:
        """Return the host's certificate of that purpose, or its first (server, client, terminal). LabError if none."""
        for wanted in (purpose,) if purpose else Purpose:
            if (host, wanted) in self.certificates:
                return self.certificates[host, wanted]
        kind = f"{purpose} " if purpose else ""
        raise LabError(
            f"{host} has no {kind}certificate",
            fix="only hosts with a TLS service or a mutual-TLS flow in the plan get one",
            where=str(self.directory),
        )

    def fingerprint(self) -> str:
        """SHA-256 (hex) of the root, every certificate, SSH key, CRL and secret: changes when any of them does."""
        digest = sha256(self.root_pem)
        for key in sorted(self.certificates):
            digest.update(self.certificates[key].chain_pem)
        for file in (*self.ssh_keys, *self.published):
            digest.update(file.read_bytes())
        return digest.hexdigest()


def make_private(directory: Path) -> None:
    """Create the folder, 0700. LabError if it is there and others may look into it."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(f"cannot make the key folder: {error.strerror}", where=str(directory)) from error
    mode = directory.stat().st_mode & 0o777
    if mode & 0o077:
        raise LabError(
            f"the key folder is open to others (mode {mode:o})", fix=f"chmod 700 {directory}", where=str(directory)
        )


def write_private(path: Path, content: bytes) -> None:
    """Replace a file atomically, mode 0600, in a folder that is the owner's alone."""
    make_private(path.parent)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def save(stem: Path, pair: Pair, chain: bytes = b"") -> None:
    """Write STEM.key and STEM.pem (certificate, then `chain`)."""
    write_private(stem.with_suffix(".key"), key_pem(pair))
    write_private(stem.with_suffix(".pem"), certificate_pem(pair.certificate) + chain)


def load(stem: Path) -> Pair | None:
    """Read STEM.key and STEM.pem back. None if one is missing, damaged, or they don't belong together."""
    try:
        key = serialization.load_pem_private_key(stem.with_suffix(".key").read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(stem.with_suffix(".pem").read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    return Pair(certificate, key)


def load_certificate(path: Path) -> x509.Certificate | None:
    """Read a certificate alone. None if it is missing or damaged."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether this issuer's key signed it."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """PEM text of a certificate."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(pair: Pair) -> bytes:
    """PEM text of a key, PKCS #8."""
    return pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
