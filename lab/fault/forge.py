"""Certificates that the lab's own issuing CA should never have signed. Signed here, where its key is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from lab.engine import Lab
from lab.errors import LabError
from lab.fault.model import Flaw
from lab.pki import Purpose, Subject, issuing_stem, public_authority, state_directory, subjects
from lab.pki.authority import HOST_LIFETIME, host
from lab.pki.needs import scope
from lab.pki.revocation import sign
from lab.pki.store import certificate_pem, key_pem, load
from lab.reach import TreeFile

FOREIGN = "www.example.com"


def forged(lab: Lab, name: str, flaw: Flaw, paths: Sequence[str]) -> list[TreeFile]:
    """What the CA should not have signed, for `paths` (chain, key): a server's certificate, or a CRL. LabError without its key.

    Of an authority that is not the lab's, its own certificate alone.
    """
    moment = datetime.now(UTC).replace(microsecond=0)
    if flaw is Flaw.PUBLIC:
        return [TreeFile(paths[0], certificate_pem(public_authority(moment).certificate))]
    purpose = Purpose.TERMINAL if flaw is Flaw.OLD_CRL else Purpose.SERVER
    issuing = load(issuing_stem(state_directory(lab.name) / "pki", purpose))
    if issuing is None:
        raise LabError(f"the issuing CA of lab {lab.name} is not on this machine", fix="run it where the lab was built")
    if flaw is Flaw.OLD_CRL:
        return [TreeFile(paths[0], certificate_pem(issuing.certificate) + sign(issuing, (), moment))]
    subject = next(one for one in subjects(lab.plan) if (one.host, one.purpose) == (name, Purpose.SERVER))
    if flaw is Flaw.EXPIRED:
        moment -= HOST_LIFETIME + timedelta(days=1)
    else:
        more = FOREIGN if flaw is Flaw.FOREIGN_NAME else f"*.{scope(lab.plan).domain}"
        subject = Subject(subject.host, subject.purpose, (*subject.names, more), subject.addresses)
    pair = host(issuing, subject, moment)
    chain = certificate_pem(pair.certificate) + certificate_pem(issuing.certificate)
    return [TreeFile(paths[0], chain), TreeFile(paths[1], key_pem(pair), 0o600)]
