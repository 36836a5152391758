"""SSH keys of the backup: one pair per client, one for each store's own identity, and the passphrase of each repository.

OpenSSH has its own formats and no authority: a client knows its store by the host key, the store its clients by theirs.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lab.pki.store import write_private
from lab.plan import Plan

BORG = "borg"  # the application of the plan's backup flows
CLIENTS, STORES = "backup-client", "backup-store"  # folders beside the certificates'
WORDS = 32  # bytes of a passphrase, before they are written as text


def ensure(plan: Plan, directory: Path) -> tuple[Path, ...]:
    """Make what is missing, drop what the plan no longer has; every public file, in a stable order."""
    clients = sorted({flow.source for flow in plan.allowed if flow.application == BORG})
    stores = sorted({service.host for service in plan.services if service.application == BORG})
    made = [_pair(directory / CLIENTS / name) for name in clients] + [
        _pair(directory / STORES / name) for name in stores
    ]
    for name in clients:
        secret = directory / CLIENTS / f"{name}.passphrase"
        if not secret.is_file():
            write_private(secret, f"{secrets.token_urlsafe(WORDS)}\n".encode())
    for folder, names in ((CLIENTS, clients), (STORES, stores)):
        for path in (directory / folder).glob("*.*"):
            if path.stem not in names:
                path.unlink()
    return tuple(made)


def _pair(stem: Path) -> Path:
    """STEM.key (OpenSSH's own format) and STEM.pub; made anew if either is missing or they don't belong together."""
    public = stem.with_suffix(".pub")
    try:
        key = serialization.load_ssh_private_key(stem.with_suffix(".key").read_bytes(), password=None)
        there = public.read_bytes()
    except (FileNotFoundError, ValueError):
        key, there = None, b""
    if isinstance(key, Ed25519PrivateKey) and there == _public(key.public_key(), stem.name):
        return public
    fresh = Ed25519PrivateKey.generate()
    secret = fresh.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    write_private(stem.with_suffix(".key"), secret)
    write_private(public, _public(fresh.public_key(), stem.name))
    return public


def _public(key: Ed25519PublicKey, name: str) -> bytes:
    line = key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return line + f" {name}\n".encode()
