"""The archives of the last complete converge, kept so that the next start of the same lab renders nothing.

They hold private keys: the folder is beside the lab's keys, 0700, the files 0600. What they are good for is in their
name: the plan, the roles and the code that renders them, the certificates.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from lab.converge.child import PROJECT
from lab.pki import Pki, write_private
from lab.plan import Plan

SOURCES = ("playbooks", "lab/converge", "inventories/reference")
ARCHIVES, ROLES = "archives", "roles.sha256"
MARGIN = timedelta(days=1)  # a certificate that ends sooner isn't worth starting with


def cached_archives(plan: Plan, pki: Pki) -> Mapping[str, bytes] | None:
    """Return host -> tar (rooted at /) that a converge of this plan would apply, or None if one has to run."""
    soon = datetime.now(UTC) + MARGIN
    if any(certificate.not_after < soon for certificate in pki.certificates.values()):
        return None
    try:
        whole = _path(plan, pki, _sources()).read_bytes()
    except FileNotFoundError:
        return None
    try:
        with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
            parts = {member.name: tar.extractfile(member) for member in tar}
            found = {name: part.read() for name, part in parts.items() if part is not None}
    except tarfile.TarError:
        return None  # damaged: a converge makes it again
    return found if set(found) == {host.name for host in plan.hosts} else None


def roles_changed(directory: Path) -> bool:
    """Whether the roles, or the code that renders them, are others than those of the last complete converge from this machine.

    `directory`: the lab's state folder. False where another machine delivered: nothing is known then.
    """
    try:
        return (directory / ARCHIVES / ROLES).read_text(encoding="utf-8") != _sources()
    except FileNotFoundError:
        return False


def delivered_files(directory: Path, host: str) -> Mapping[str, bytes]:
    """Path -> content of what the last complete converge from this machine put on a host; empty if it was another's.

    `directory`: the lab's state folder. Nothing here is a reason for trust: compare digests with the host's manifests.
    """
    found: dict[str, bytes] = {}
    for whole in (directory / ARCHIVES).glob("*.tar"):
        with suppress(tarfile.TarError, KeyError), tarfile.open(whole) as tar:
            inner = tar.extractfile(host)
            assert inner is not None
            with tarfile.open(fileobj=inner) as files:
                parts = {f"/{member.name}": files.extractfile(member) for member in files}
                found = {path: part.read() for path, part in parts.items() if part is not None}
    return found


def store(plan: Plan, pki: Pki, archives: Mapping[str, bytes]) -> None:
    """Keep these archives and drop older ones of the lab."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for host, content in archives.items():
            entry = tarfile.TarInfo(host)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    sources = _sources()
    path = _path(plan, pki, sources)
    write_private(path, buffer.getvalue())
    write_private(path.parent / ROLES, sources.encode())
    for other in path.parent.glob("*.tar"):
        if other != path:
            other.unlink()


def _path(plan: Plan, pki: Pki, sources: str) -> Path:
    digest = sha256(f"{plan.digest()} {sources} {pki.fingerprint()}".encode()).hexdigest()
    return pki.directory.parent / ARCHIVES / f"{digest}.tar"


def _sources() -> str:
    """Digest of everything that decides what the roles deliver."""
    digest = sha256()
    for folder in SOURCES:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(PROJECT)} {path.stat().st_mode & 0o111:o}\0".encode())
                digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
