"""Certificates that the lab's own issuing CA should never have signed. Signed here, where its key is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from lab.engine import Lab
from lab.errors import LabError
from lab.fault.model import Flaw
from lab.pki import Purpose, Subject, issuing_stem, state_directory, subjects
from lab.pki.authority import HOST_LIFETIME, host
from lab.pki.store import certificate_pem, key_pem, load
from lab.reach import TreeFile

FOREIGN = "www.example.com"


def forged(lab: Lab, name: str, flaw: Flaw, paths: Sequence[str]) -> list[TreeFile]:
    """A server certificate of the host with that flaw and its key, for `paths` (chain, key). LabError without the CA's key."""
    issuing = load(issuing_stem(state_directory(lab.name) / "pki", Purpose.SERVER))
    if issuing is None:
        raise LabError(f"the issuing CA of lab {lab.name} is not on this machine", fix="run it where the lab was built")
    subject = next(one for one in subjects(lab.plan) if (one.host, one.purpose) == (name, Purpose.SERVER))
    moment = datetime.now(UTC).replace(microsecond=0)
    if flaw is Flaw.EXPIRED:
        moment -= HOST_LIFETIME + timedelta(days=1)
    else:
        subject = Subject(subject.host, subject.purpose, (*subject.names, FOREIGN), subject.addresses)
    pair = host(issuing, subject, moment)
    chain = certificate_pem(pair.certificate) + certificate_pem(issuing.certificate)
    return [TreeFile(paths[0], chain), TreeFile(paths[1], key_pem(pair), 0o600)]
