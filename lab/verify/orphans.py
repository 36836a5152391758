"""Sessions that a firewall's state table knows and no rule allows, as a rule leaves them that is taken out.

They are planted into the firewalls' own state tables, so that no rule has to be touched: their packets pass as established
until the firewall does what it does at the end of each load. All firewalls are tried at once: none waits for another's packets.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from lab.errors import LabError
from lab.plan import Protocol
from lab.probe import Carrying
from lab.record import Attempt, Event, Observation, Train
from lab.verify.happenings import LOAD, Happening, make_happen
from lab.verify.marks import CheckError, NotTestable
from lab.verify.session import LabSession
from lab.verify.trip import Stand, in_front_of
from lab.verify.window import first_denied
from lab.verify.witness import alive, controls_for

_PLANTED = 20  # seconds that a planted entry lives whatever passes by it: this run may be killed
_PORTS = (30000, 32000)  # source ports of planted sessions: no kernel gives them out by itself
_CARRIERS = ("udp", "data")
TROUBLE = (CheckError, NotTestable, LabError, TimeoutError)  # what keeps one firewall from being judged
_INTERVAL, _TAIL = 0.006, 0.1  # seconds between two packets of a session, and that they go on after the event


@dataclass(frozen=True, slots=True)
class Cut:
    """What became of one firewall's: the event, a train per session, allowed flows before and after."""

    event: Event
    trains: tuple[Train, ...]
    alive: tuple[list[Observation], list[Observation]]


@dataclass(frozen=True, slots=True)
class _Planted:
    """The sessions of one firewall."""

    device: str
    stands: tuple[Stand, ...]
    near: str
    carrying: tuple[Carrying, ...]

    @property
    def entries(self) -> list[str]:
        return [_entry(one) for one in self.carrying]


class _Cuts(dict[str, Cut | Exception]):
    """Firewall -> what became of its planted sessions."""


def cut(session: LabSession, device: str) -> Cut:
    """What became of this firewall's planted sessions; tried once per run. Raises what kept them from being tried."""
    known = session.memory.of(_Cuts)
    if not known:
        known.update(_all(session))
    made = known[device]
    if isinstance(made, Exception):
        raise made
    return made


def _all(session: LabSession) -> Mapping[str, Cut | Exception]:
    devices = [host.name for host in session.plan.hosts if "firewall" in host.roles]
    with ThreadPoolExecutor(len(devices)) as pool:
        made = dict(zip(devices, pool.map(lambda device: _planted(session, device), devices), strict=True))
        found: dict[str, Cut | Exception] = {name: one for name, one in made.items() if isinstance(one, Exception)}
        ready = [one for one in made.values() if isinstance(one, _Planted)]
        if not ready:
            return found
        try:
            before = _alive(session, ready)
            carrying = [each for one in ready for each in one.carrying]
            with session.prober.train(carrying, interval=_INTERVAL, tail=_TAIL) as trains:
                events = list(pool.map(lambda one: _happen(session, one), ready))
        finally:
            list(pool.map(lambda one: _uproot(session, one), ready))
    after, rest = _alive(session, ready), iter(trains)
    for one, event in zip(ready, events, strict=True):
        mine = tuple(next(rest) for _ in one.carrying)
        passing = (before[one.device], after[one.device])
        found[one.device] = event if isinstance(event, Exception) else Cut(event, mine, passing)
    return found


def _planted(session: LabSession, device: str) -> _Planted | Exception:
    """One that can't be tried is no reason not to try the others."""
    try:
        one = _sessions(session, device)
        session.channel(device).run(_plant(one.entries)).check()
    except TROUBLE as error:
        return error
    return one


def _uproot(session: LabSession, one: _Planted) -> None:
    session.channel(one.device).run("; ".join(f"conntrack -D {entry}" for entry in one.entries))


def _sessions(session: LabSession, device: str) -> _Planted:
    denied = [first_denied(session.plan, device, family) for family in session.plan.families]
    carrying = tuple(_carrying(session, stand, near, device, kind) for stand, near in denied for kind in _CARRIERS)
    return _Planted(device, tuple(stand for stand, _ in denied), denied[0][1], carrying)


def _alive(session: LabSession, planted: Sequence[_Planted]) -> dict[str, list[Observation]]:
    """Allowed flows, right now: for each firewall those that speak for it."""
    seen = {one.attempt: one for one in alive(session, (stand for one in planted for stand in one.stands))}
    return {
        one.device: [
            seen[attempt]
            for attempt in dict.fromkeys(each for stand in one.stands for each in controls_for(session.plan, stand))
        ]
        for one in planted
    }


def _happen(session: LabSession, one: _Planted) -> Event | Exception:
    """The cut; a firewall that can't do it is no reason to say nothing of the others."""
    proof = (
        f"for entry in {' '.join(shlex.quote(entry) for entry in one.entries)}; do conntrack -G $entry >/dev/null 2>&1"
        " && echo tracked || echo gone; done | sort | uniq -c | xargs"
    )
    happening = Happening(
        "sessions that no rule allows are cut",
        f"{LOAD} cut",
        packets=(one.near, 20),
        codes=(0, 3),  # 3: it says itself that some are left; what counts is whether they get through
        proof=proof,
    )
    try:
        return make_happen(session.channel(one.device), one.device, happening)
    except TROUBLE as error:
        return error


def _plant(entries: Sequence[str]) -> str:
    return " && ".join(
        f"conntrack -I {entry} -t {_PLANTED} -u ASSURED,SEEN_REPLY,FIXED_TIMEOUT"
        f"{' --state ESTABLISHED' if 'tcp' in entry else ''}"
        for entry in entries
    )


def _carrying(session: LabSession, stand: Stand, near: str, device: str, carrier: str) -> Carrying:
    """An intruder's packets with the real source's address, of one session with ports of its own."""
    attempt = in_front_of(session.plan, stand.attempt, device, near)
    port = _PORTS[0] + secrets.randbelow(_PORTS[1] - _PORTS[0])
    protocol = Protocol.UDP if carrier == "udp" else Protocol.TCP
    return Carrying(attempt.model_copy(update={"source_port": port, "protocol": protocol}), carrier)


def _entry(carrying: Carrying) -> str:
    """The session as conntrack names it."""
    attempt: Attempt = carrying.attempt
    protocol = "udp" if carrying.carrier == "udp" else "tcp"
    return f"-p {protocol} -s {attempt.intruder_source} -d {attempt.address} --sport {attempt.source_port} --dport {attempt.port}"
