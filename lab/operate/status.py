"""`lab status`: what is there, and what is no longer as it was built."""

from __future__ import annotations

from dataclasses import dataclass

from lab.engine import Drift, connect
from lab.operate.choose import choose
from lab.operate.guest import guest_drift
from lab.operate.sessions import ScreenSession, sessions
from lab.operate.stations import StationStatus, stations
from lab.operate.tunnels import Tunnel, tunnels


@dataclass(frozen=True, slots=True)
class HostStatus:
    """One host: its container's state and its addresses."""

    name: str
    zone: str
    state: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabStatus:
    """One lab."""

    name: str
    scenario: str
    edition: str
    model: str
    complete: bool
    holder: str
    hosts: tuple[HostStatus, ...]
    drifts: tuple[Drift, ...]
    controls_due: tuple[str, ...]
    tunnels: tuple[Tunnel, ...] = ()
    screens: tuple[ScreenSession, ...] = ()
    stations: tuple[StationStatus, ...] = ()


def unfinished() -> tuple[str, ...]:
    """Labs that were not built to their end and that no command is working on."""
    with connect() as engine:
        return tuple(summary.name for summary in engine.labs() if not summary.complete and not summary.holder)


def status(name: str | None, *, wiring: bool = False) -> list[LabStatus]:
    """The named lab, or all of them."""
    with connect() as engine:
        summaries = {summary.name: summary for summary in engine.labs()}
        if name is not None:
            choose(engine, name)
        found = []
        for label in [name] if name is not None else list(summaries):
            lab = engine.find(label)
            states = lab.states()
            hosts = tuple(
                HostStatus(
                    host.name,
                    host.zone,
                    states.get(host.name, "missing"),
                    tuple(str(address.ip) for leg in host.legs for address in leg.addresses),
                )
                for host in lab.plan.hosts
            )
            drifts = lab.wiring_drift() if wiring else (*lab.drift(), *guest_drift(engine, lab))
            plan = lab.plan
            found.append(
                LabStatus(
                    label,
                    plan.scenario,
                    plan.edition,
                    plan.model,
                    lab.complete,
                    summaries[label].holder,
                    hosts,
                    tuple(drifts),
                    plan.controls_due,
                    tunnels(engine, lab),
                    sessions(engine, lab),
                    () if wiring else stations(engine, lab),
                )
            )
        return found
