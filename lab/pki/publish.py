"""What verifiers of terminals are given beside the root: CRLs, the asset register, RADIUS secrets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from lab.pki import inspection, people, radius, register, revocation, store, trial
from lab.pki.authority import Pair
from lab.pki.needs import Purpose, Scope, Terminal
from lab.pki.place import crl_file, host_stem, issuing_stem, trust_file
from lab.pki.register import Registered
from lab.pki.revocation import Decisions
from lab.pki.trial import NO_CLASS, Trial
from lab.plan import Plan


def publish(
    plan: Plan, directory: Path, issuing: Mapping[Purpose, Pair], machines: tuple[Terminal, ...],
    decisions: Decisions, scope: Scope, now: datetime,
) -> tuple[Path, ...]:  # fmt: skip
    """Write them; every file whose content a host may get, in a stable order."""
    trials: Mapping[Trial, Pair] = {}
    if machines:
        trials = trial.ensure(directory, machines[0], issuing[Purpose.TERMINAL], scope, now)
    else:
        trial.drop(directory)
    for purpose in Purpose:
        _crl(directory, purpose, issuing[purpose], decisions, trials, now)
    return (
        *(crl_file(directory, purpose) for purpose in Purpose),
        _trust(directory),
        register.write(directory, _lines(plan, directory, machines, trials)),
        *radius.ensure(plan, directory),
        *people.ensure(plan, directory),
    )


def _crl(
    directory: Path, purpose: Purpose, issuer: Pair, decisions: Decisions, trials: Mapping[Trial, Pair], now: datetime
) -> None:
    own = revocation.name_of(issuer.certificate)
    serials = [int(one.serial, 16) for one in decisions.revoked if one.authority == own]
    if purpose is Purpose.TERMINAL and trials:
        serials.append(trials[Trial.REVOKED].certificate.serial_number)
    revocation.crl(crl_file(directory, purpose), issuer, serials, now)


def _trust(directory: Path) -> Path:
    path = trust_file(directory, Purpose.TERMINAL)
    parts = [issuing_stem(directory, Purpose.TERMINAL).with_suffix(".pem"), crl_file(directory, Purpose.TERMINAL)]
    content = b"".join(part.read_bytes() for part in parts)
    if not path.is_file() or path.read_bytes() != content:
        store.write_private(path, content)
    return path


def _lines(
    plan: Plan, directory: Path, machines: tuple[Terminal, ...], trials: Mapping[Trial, Pair]
) -> list[Registered]:
    lines, looked_at = [], inspection.load(directory)
    for one in machines:
        pair = store.load(host_stem(directory, Purpose.TERMINAL, one.host))
        assert pair is not None, "certificates are issued before they are registered"
        serial, end = revocation.number(pair.certificate), inspection.until(plan, one, looked_at)
        lines.append(Registered(one.identity, serial, one.host, one.class_, end))
    for flaw, pair in trials.items():
        if flaw is not Trial.UNREGISTERED:  # the register is not what is to refuse the others
            class_ = _class(plan, flaw) or machines[0].class_
            name = trial.identity(flaw, machines[0])
            lines.append(Registered(name, revocation.number(pair.certificate), "", class_))
    return lines


def _class(plan: Plan, flaw: Trial) -> str:
    """Of a trial that is not of the first terminal's: nobody's, or that of the network whose keys it is too small for."""
    if flaw is Trial.OTHER_CLASS:
        return NO_CLASS
    strong = [one for one in (plan.air.ssids if plan.air else ()) if one.suite_b]
    return plan.place(strong[0].zone) if flaw is Trial.SMALL_KEY and strong else ""
