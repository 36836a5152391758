"""`lab pki`: the lab's certificates, and what a person decides about a terminal's, up to where it takes effect."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from lab import catalogue
from lab.converge import converge
from lab.engine import Engine, Lab, connect
from lab.errors import BadInput, LabError
from lab.operate.choose import choose
from lab.operate.cut import cut, send_away
from lab.operate.refusals import Refusals
from lab.pki import (
    TELEWORK,
    Purpose,
    Terminal,
    decide,
    ensure,
    host_stem,
    inspection,
    register,
    revocation,
    state_directory,
    subjects,
    terminals,
)
from lab.reach import open_channel
from lab.record import State
from lab.record.progress import Progress
from lab.verdict.support import supported
from lab.verify.versions import maintained, programs, running

IKE = "ike"
KNOW = ("radius_server", TELEWORK, "radio_guest")  # roles that deliver what a decision changes
POINT = "access-point"  # function of the host that stations are connected to
REVOKE, ISSUE, EXPIRE, INSPECT = "revoke", "issue", "expire", "inspect"


@dataclass(frozen=True, slots=True)
class Line:
    """One certificate of the lab."""

    host: str
    identity: str  # its common name
    purpose: str
    class_: str  # of a terminal
    serial: str  # hex
    not_after: datetime  # UTC
    state: str  # "good" | "revoked" | "expired" | "unregistered" | "missing"
    inspected: str = ""  # of a terminal that is asked for it: until when (ISO 8601, UTC), "unsound" or "never"


@dataclass(slots=True)
class Effect:
    """What a decision brought about, and after how many seconds since it was asked for."""

    identity: str
    host: str
    serial: str
    seconds: dict[str, float] = field(default_factory=dict)  # step -> seconds
    cut: dict[str, int] = field(default_factory=dict)  # gateway or access point -> what was open there
    way: str = "tunnel"  # what it has open: a "tunnel" at a gateway, a "session" at an access point
    refused: str = ""  # the server's reason, as soon as the terminal asked again
    found: str = ""  # by an inspection: what the terminal runs
    sound: bool = True  # what it found is maintained


def listed(name: str | None, *, now: datetime | None = None) -> list[Line]:
    """Every certificate of the lab, as it is on this machine."""
    with connect() as engine:
        lab = choose(engine, name)
    folder = _keys(lab)
    moment = now or datetime.now(UTC)
    revoked = {one.serial for one in revocation.load(folder).revoked}
    known = {one.serial: one for one in register.read(folder)}
    classes = {one.host: one.class_ for one in terminals(lab.plan)}
    looked_at = _looked_at(lab, folder)
    lines = []
    for subject in subjects(lab.plan):
        path = host_stem(folder, subject.purpose, subject.host).with_suffix(".pem")
        try:
            certificate = x509.load_pem_x509_certificate(path.read_bytes())
        except (OSError, ValueError):
            lines.append(Line(subject.host, subject.names[0], subject.purpose, "", "", moment, "missing"))
            continue
        serial = revocation.number(certificate)
        state = "revoked" if serial in revoked else "expired" if certificate.not_valid_after_utc < moment else "good"
        if state == "good" and subject.purpose is Purpose.TERMINAL and serial not in known:
            state = "unregistered"
        class_ = classes.get(subject.host, "") if subject.purpose is Purpose.TERMINAL else ""
        end = certificate.not_valid_after_utc
        seen = looked_at.get(subject.host, "") if subject.purpose is Purpose.TERMINAL else ""
        lines.append(Line(subject.host, subject.names[0], subject.purpose, class_, serial, end, state, seen))
    return lines


def _looked_at(lab: Lab, folder: Path) -> dict[str, str]:
    """Host of a terminal that is asked for an inspection -> what the last one came to."""
    known = inspection.load(folder)
    found = {}
    for one in inspection.asked_for(lab.plan):
        end = inspection.until(lab.plan, one, known)
        found[one.host] = (
            datetime.fromtimestamp(int(end), UTC).isoformat() if end else "unsound" if one.host in known else "never"
        )
    return found


def revoke(name: str | None, who: str, progress: Progress) -> Effect:
    """Revoke a terminal's certificate: the CRL on every RADIUS server, which restarts, then what it has open is cut."""
    return _decided(name, who, REVOKE, decide.revoke, progress, terminal=False)


def issue(name: str | None, who: str, progress: Progress) -> Effect:
    """Give a terminal a new certificate and register it; whatever it had before is refused."""

    def new(folder: Path, one: Terminal) -> str:
        decide.issue(folder, one)
        return ""

    return _decided(name, who, ISSUE, new, progress, terminal=True)


def expire(name: str | None, who: str, progress: Progress) -> Effect:
    """Give a terminal a certificate whose time is over: what refuses it is to be seen."""
    return _decided(name, who, EXPIRE, decide.expire, progress, terminal=True)


def inspect(name: str | None, who: str, progress: Progress) -> Effect:
    """Look at what a terminal runs: while that is maintained its register entry holds for some days more, else it ends at once."""
    with connect() as engine:
        lab = choose(engine, name)
        one = decide.terminal(lab.plan, who)
        if one.host not in {each.host for each in inspection.asked_for(lab.plan)}:
            raise BadInput(
                f"no gateway of lab {lab.name} asks for an inspection of {one.host} (class {one.class_})",
                fix=f"in the scenario: `inspection: {{{one.class_}: 30}}`, days that one holds; for telework terminals",
            )
        with open_channel(engine, lab, one.host) as channel:
            found = [each for asked in programs(lab.plan.host(one.host)) for each in running(channel, asked)]
    judged = supported(one.host, found, maintained(catalogue.load()), today=lab.plan.as_of)
    if judged.state is State.ERROR:
        raise LabError(judged.message_en, fix=f"lab logs {one.host}; lab status")
    sound = judged.state is State.PASS

    def noted(folder: Path, one: Terminal) -> str:
        inspection.note(folder, one.host, sound=sound, found=judged.message_en, now=datetime.now(UTC))
        return ""

    effect = _decided(name, who, INSPECT, noted, progress, terminal=False, ends=not sound)
    effect.found, effect.sound = judged.message_en, sound
    return effect


def _decided(
    name: str | None,
    who: str,
    what: str,
    act: Callable[[Path, Terminal], str],
    progress: Progress,
    *,
    terminal: bool,
    ends: bool = True,
) -> Effect:
    """Decide, publish, converge who must know (with `terminal`: the terminal too), cut what is open unless nothing `ends`."""
    began = time.monotonic()
    with connect() as engine:
        lab = choose(engine, name)
        with engine.lock(lab.name, f"pki {what}"):
            folder, one = _keys(lab), decide.terminal(lab.plan, who)
            serial = act(folder, one)
            certificates = ensure(lab.plan, folder)
            registered = {line.host: line.serial for line in register.read(folder)}
            way = "session" if lab.plan.on_air(one.host) else "tunnel"
            effect = Effect(one.identity, one.host, serial or registered[one.host], way=way)
            effect.seconds["decided"] = _since(began)
            told = [host.name for host in lab.plan.hosts if "radius_server" in host.roles]
            log = Refusals(engine, lab, told)
            limit = [*told, *([_container(lab, one.host)] if terminal else [])]
            converge(lab, certificates, progress=progress, limit=limit, roles=KNOW)
            effect.seconds["in force"] = _since(began)
            anew = terminal and lab.plan.on_air(one.host) is not None  # so has its guest: nothing of before is open
            if ends and not anew:
                effect.cut = _cut(engine, lab, one)
            effect.seconds["cut"] = _since(began)
            comes_back = any(effect.cut.values()) and what in {REVOKE, INSPECT}  # it was there, so it asks again
            if what == EXPIRE or comes_back:
                effect.refused = log.of(effect.identity, effect.serial)
                effect.seconds["refused"] = _since(began)
            lab.record_state()
    return effect


def _container(lab: Lab, host: str) -> str:
    """The host whose files a terminal's are among: a station's are the radio guest's, which starts anew with them."""
    return lab.plan.air.container if lab.plan.air is not None and lab.plan.on_air(host) else host


def _cut(engine: Engine, lab: Lab, one: Terminal) -> dict[str, int]:
    """End what the terminal has open: tunnels at every gateway, or its session at the access point."""
    station, air = lab.plan.on_air(one.host), lab.plan.air
    found = {}
    if air is None or station is None:
        for host in _gateways(lab):
            with open_channel(engine, lab, host) as channel:
                found[host] = cut(channel, one.identity)
        return found
    interfaces = [ssid.interface for ssid in air.ssids if ssid.name == station.ssid]
    for point in (host.name for host in air.hosts if host.function == POINT):
        with open_channel(engine, lab, point) as channel:
            found[point] = sum(send_away(channel, interface, station.mac) for interface in interfaces)
    return found


def _gateways(lab: Lab) -> list[str]:
    served = {service.host for service in lab.plan.services if service.application == IKE}
    return [host.name for host in lab.plan.hosts if host.name in served and "vpn_gateway" in host.roles]


def _keys(lab: Lab) -> Path:
    folder = state_directory(lab.name) / "pki"
    if not (folder / "root.pem").is_file():
        raise LabError(
            f"the keys of lab {lab.name} are not on this machine",
            where=str(folder),
            fix="run it where the lab was built",
        )
    return folder


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)
