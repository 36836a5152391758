"""What a person decides about a terminal's certificate: revoke it, replace it, or (for a test) let its time be over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lab.errors import BadInput, LabError
from lab.pki import authority, revocation, store
from lab.pki.authority import HOST_LIFETIME
from lab.pki.needs import Purpose, Subject, Terminal, terminals
from lab.pki.place import host_stem, issuing_stem
from lab.pki.revocation import Revoked
from lab.plan import Plan

REVOKED, EXPIRED = "revoked", "expired"


def terminal(plan: Plan, who: str) -> Terminal:
    """The terminal of that identity ("tele-01@sanso.test" or "tele-01") or host. BadInput with those there are."""
    known = terminals(plan)
    for one in known:
        if who in {one.identity, one.identity.partition("@")[0], one.host}:
            return one
    if not known:
        raise BadInput(f"lab {plan.lab} has no terminal with a certificate", fix="lab up scenarios/telework.yaml")
    there = ", ".join(f"{one.identity.partition('@')[0]} ({one.host})" for one in known)
    raise BadInput(f"no terminal {who!r} in lab {plan.lab}", fix=f"one of: {there}")


def revoke(directory: Path, one: Terminal, *, now: datetime | None = None) -> str:
    """Note that the terminal's certificate is revoked; its serial. `ensure` publishes it. BadInput if it is already."""
    pair, issuing = _pair(directory, one), _issuing(directory)
    decisions = revocation.load(directory)
    serial = revocation.number(pair.certificate)
    if any(serial == known.serial for known in decisions.revoked):
        raise BadInput(
            f"the certificate of {one.identity} (serial {serial}) is revoked already", fix=f"lab pki issue {one.host}"
        )
    at = (now or datetime.now(UTC)).replace(microsecond=0).isoformat()
    entry = Revoked(serial, revocation.name_of(issuing.certificate), one.host, one.identity, at)
    decisions = replace(decisions, revoked=(*decisions.revoked, entry)).hold(one.host, REVOKED)
    revocation.save(directory, decisions)
    return serial


def issue(directory: Path, one: Terminal) -> None:
    """Have `ensure` make a new certificate for the terminal. The register forgets the old one, so nobody takes it."""
    revocation.save(directory, revocation.load(directory).hold(one.host, ""))
    host_stem(directory, Purpose.TERMINAL, one.host).with_suffix(".pem").unlink(missing_ok=True)


def expire(directory: Path, one: Terminal, *, now: datetime | None = None) -> str:
    """Give the terminal a certificate whose time is over, and leave it so; its serial. For tests of what refuses it."""
    issuing = _issuing(directory)
    moment = (now or datetime.now(UTC)).replace(microsecond=0) - HOST_LIFETIME - timedelta(days=1)
    pair = authority.host(issuing, Subject(one.host, Purpose.TERMINAL, (one.identity,), ()), moment)
    store.save(host_stem(directory, Purpose.TERMINAL, one.host), pair, store.certificate_pem(issuing.certificate))
    revocation.save(directory, revocation.load(directory).hold(one.host, EXPIRED))
    return revocation.number(pair.certificate)


def _pair(directory: Path, one: Terminal) -> authority.Pair:
    pair = store.load(host_stem(directory, Purpose.TERMINAL, one.host))
    if pair is None:
        raise LabError(
            f"the certificate of {one.identity} is not on this machine", where=str(directory),
            fix="run it where the lab was built",
        )  # fmt: skip
    return pair


def _issuing(directory: Path) -> authority.Pair:
    pair = store.load(issuing_stem(directory, Purpose.TERMINAL))
    if pair is None:
        raise LabError(
            "the terminals' issuing CA is not on this machine",
            where=str(directory),
            fix="run it where the lab was built",
        )
    return pair
