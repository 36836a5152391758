"""Repair: containers, wiring, kernel state and services back to the plan. Files are left to a converge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from lab.engine import creation
from lab.engine.client import Api, explained
from lab.engine.helpers import remove
from lab.engine.identity import identity
from lab.engine.model import Drift, DriftKind, Images
from lab.engine.names import FABRIC, container_name
from lab.engine.starting import running, start_plain
from lab.engine.state import call
from lab.engine.strays import end_strays
from lab.engine.wiring import wire
from lab.errors import LabError
from lab.plan import Image, Kind, Plan
from lab.record.progress import Event, Progress

_ANEW = {DriftKind.MISSING, DriftKind.IMAGE}
_AGAIN = {DriftKind.STOPPED, DriftKind.UNREADABLE, DriftKind.FOREIGN}  # a new start is a new namespace
_LINKS = {DriftKind.WIRING, DriftKind.ADDRESSES, DriftKind.ROUTES, DriftKind.SYSCTLS, DriftKind.RESTARTED}
_REFUSED = 1  # kernel-state: the file was refused


class Repair:
    """One repair of one lab."""

    def __init__(self, client: Api, plan: Plan, images: Images, progress: Progress, spared: str = "") -> None:
        self._client, self._plan, self._images, self._progress = client, plan, images, progress
        self._spared = spared

    def run(self, drifts: Sequence[Drift], archives: Mapping[str, bytes]) -> tuple[Drift, ...]:
        """Restore; what is left to a converge."""
        kinds: dict[str, set[DriftKind]] = {}
        for drift in drifts:
            kinds.setdefault(drift.host, set()).add(drift.kind)
        left = [drift for drift in drifts if drift.needs_converge]
        anew = {name for name, found in kinds.items() if found & _ANEW}
        left += [
            Drift(DriftKind.FILES, name, "its container was made anew", needs_converge=True)
            for name in sorted(anew - {FABRIC} - set(archives))
        ]
        if FABRIC in kinds:
            self._fabric(kinds.pop(FABRIC))
            self._end_strays()
            unwired = {host.name for host in self._plan.hosts}
        else:
            unwired = {name for name, found in kinds.items() if found & (_LINKS | _ANEW | _AGAIN)}
        creation.in_parallel(self._jobs(kinds, archives), "repair", self._progress)
        if unwired:
            self._wire(unwired)
        for name in sorted(name for name, found in kinds.items() if DriftKind.RULESET in found and name not in unwired):
            self._load_rules(name)
        for name in sorted(name for name, found in kinds.items() if DriftKind.SERVICES in found):
            self._resume_services(name)
        return tuple(left)

    def _jobs(self, kinds: Mapping[str, set[DriftKind]], archives: Mapping[str, bytes]) -> dict[str, Callable[[], str]]:
        jobs: dict[str, Callable[[], str]] = {}
        for name, found in kinds.items():
            if found & _ANEW:
                jobs[name] = partial(self._make_anew, name, archives.get(name))
            elif found & _AGAIN:
                jobs[name] = partial(self._start_again, name)
            elif DriftKind.PAUSED in found:
                jobs[name] = partial(self._unpause, name)
            elif DriftKind.NAMES in found:
                jobs[name] = partial(self._write_names, name)
        return jobs

    def _fabric(self, found: set[DriftKind]) -> None:
        name = container_name(self._plan.lab, FABRIC)
        if found & _ANEW:
            remove(self._client, name)
            creation.make_fabric(self._client, self._plan, self._images)
        elif DriftKind.PAUSED in found:
            self._unpause(FABRIC)
        elif DriftKind.STOPPED in found:
            start_plain(self._client, name, FABRIC)

    def _end_strays(self) -> None:
        """Whoever listens in the fabric's old namespace keeps the hosts wired to it."""
        if ended := end_strays(self._client, self._plan.lab):
            self._progress(Event("repair", FABRIC, "info", f"ended {ended} captures or probers of the network before"))

    def _make_anew(self, name: str, archive: bytes | None) -> str:
        unplug(self._client, self._plan, name)
        remove(self._client, container_name(self._plan.lab, name))
        return creation.make_host(self._client, self._plan, self._plan.host(name), self._images, archive)

    def _start_again(self, name: str) -> str:
        restart(self._client, self._plan, name)
        return name

    def _unpause(self, name: str) -> str:
        with explained(f"cannot unpause {name}"):
            self._client.unpause(container_name(self._plan.lab, name))
        return name

    def _write_names(self, name: str) -> str:
        own = identity(self._plan, self._plan.host(name))
        argv = ["/usr/lib/sanso/names", *own.arguments()]
        call(self._client, container_name(self._plan.lab, name), argv, tolerated=(0,))
        return name

    def _wire(self, names: set[str]) -> None:
        """Routers are closed while links come and open again as their file says."""
        routers = [name for name in sorted(names) if self._plan.host(name).kind is Kind.ROUTER]
        for name in routers:
            self._kernel_state(name, "close", tolerated=(0,))
        namespaces = {
            host.name: running(self._client, container_name(self._plan.lab, host.name)).namespace
            for host in self._plan.hosts
        }
        fabric = container_name(self._plan.lab, FABRIC)
        wire(
            self._client, self._plan, self._images[Image.HOST], fabric, namespaces, self._progress, spared=self._spared
        )
        for name in routers:
            self._load_rules(name)

    def _load_rules(self, name: str) -> None:
        """A file that is refused is file drift: what is loaded stays, the next comparison tells it."""
        self._kernel_state(name, "reload", tolerated=(0, _REFUSED))
        self._progress(Event("repair", name, "done", "rules loaded"))

    def _resume_services(self, name: str) -> None:
        call(
            self._client,
            container_name(self._plan.lab, name),
            ["/usr/lib/sanso/service", "resume"],
            tolerated=(0,),
        )
        self._progress(Event("repair", name, "done", "stopped services told to start"))

    def _kernel_state(self, name: str, way: str, *, tolerated: tuple[int, ...]) -> None:
        argv = ["/usr/lib/sanso/kernel-state", way]
        call(self._client, container_name(self._plan.lab, name), argv, tolerated=tolerated)


def restart(client: Api, plan: Plan, name: str) -> None:
    """Stop one host at once where it runs, and start it: it comes back closed and unwired."""
    stop(client, plan, name)
    creation.start_again(client, plan, plan.host(name))


def stop(client: Api, plan: Plan, name: str) -> None:
    """Stop one host at once where it runs: its container stays, its namespace goes."""
    unplug(client, plan, name)
    with explained(f"cannot stop {name}"):
        client.stop(container_name(plan.lab, name), timeout=0)


def unplug(client: Api, plan: Plan, name: str) -> None:
    """Take a router's links down before its namespace goes (docs/decisions/0006-a-dying-namespace-forwards.md).

    The kernel takes the rules away first and the links last, and forwards what comes in between.
    """
    host = plan.host(name)
    if host.kind is Kind.ROUTER:
        line = "; ".join(f"ip link set {leg.segment} down" for leg in host.cables)
        try:
            call(client, container_name(plan.lab, name), ["sh", "-c", line])
        except LabError:
            return  # it does not run, or answers nobody: there is nothing to take down, or no way to do it
