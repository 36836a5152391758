"""`lab up`: scenario to running, converged, recorded lab; whatever is there already is reused or repaired."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from lab import catalogue, pki, plan, scenario
from lab.converge import cached_archives, check_overlays, converge, roles_changed
from lab.engine import Drift, Engine, Images, Lab, connect
from lab.errors import LabError
from lab.operate.choose import choose
from lab.operate.guest import guest_drift, restore_guest
from lab.operate.places import check_name, made_state_directory
from lab.operate.reconnect import reconnect
from lab.operate.saved_guest import SavedGuest
from lab.plan import Plan
from lab.record.progress import Event, Progress

DEFAULT = Path("scenarios/minimal.yaml")

Differences = tuple[tuple[Drift, ...], tuple[Drift, ...], bool]
NOTHING: Differences = ((), (), False)


@dataclass(frozen=True, slots=True)
class UpRequest:
    """What the user asked for."""

    scenario: Path | None  # None: the plan of the lab that is there, or the default scenario
    name: str | None = None
    as_of: date | None = None
    fresh: bool = False
    reconverge: bool = False
    once: bool = False  # it is removed at the end: nothing is kept for another start


@dataclass(frozen=True, slots=True)
class UpResult:
    """What happened: how the lab came to be, what was repaired, seconds per stage."""

    name: str
    outcome: str  # "built" | "warm" | "unchanged" | "repaired" | "reconciled"
    hosts: int
    drifts: tuple[Drift, ...] = ()
    changed: dict[str, int] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    old_images: bool = False  # its hosts run images of another version, and were left as they are


class Stopwatch:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - began, 3)


def plan_of(path: Path, *, name: str | None = None, as_of: date | None = None) -> Plan:
    """The plan of a scenario file. Raises ManyErrors with file:line:col."""
    loaded = scenario.load(path, as_of=as_of)
    made = plan.build(loaded, catalogue.load(), check_name(name or path.stem))
    check_overlays(made)
    return made


def up(request: UpRequest, progress: Progress) -> UpResult:
    """Bring the lab up. Raises LabError; what it had created is undone or named."""
    watch = Stopwatch()
    with watch.stage("plan"):
        given = plan_of(request.scenario, name=request.name, as_of=request.as_of) if request.scenario else None
    with connect() as engine:
        wanted = given or _plan_there(engine, request)
        engine.require_devices(wanted)
        with watch.stage("images"):
            images = engine.ensure_images(wanted, progress)
        if (untouched := _untouched(engine, wanted, images, request, watch)) is not None:
            return untouched
        with engine.lock(wanted.lab, "up"):
            there = _is_there(engine, wanted.lab)
            running = engine.find(wanted.lab) if there and not request.fresh else None
            if running is not None and running.complete and running.plan.digest() == wanted.digest():
                if running.plan != wanted:
                    running.refresh_plan(wanted)
                kept = _keep(engine, running, request, progress, watch)
                return replace(kept, old_images=_old(running, images))
            engine.require_memory(wanted, _plan_to_go(engine, wanted.lab) if there else None)
            if there:
                with watch.stage("down"):
                    engine.down(wanted.lab, progress)
            return _build(engine, wanted, images, request, progress, watch, rebuilt=there and not request.fresh)


def _untouched(engine: Engine, wanted: Plan, images: Images, request: UpRequest, watch: Stopwatch) -> UpResult | None:
    """The lab as it is, if nothing of it has to change. Reads only, so without its lock, which takes a quarter of a second."""
    if request.fresh or request.reconverge or not _is_there(engine, wanted.lab):
        return None
    try:
        running = engine.find(wanted.lab)
        if not running.complete or running.plan != wanted or _differences(engine, running, watch) != NOTHING:
            return None
    except LabError:
        return None  # whatever it is: it is looked at once more, while nobody else is at it, and told then
    hosts = len(wanted.hosts)
    return UpResult(wanted.lab, "unchanged", hosts, timings=watch.seconds, old_images=_old(running, images))


def _is_there(engine: Engine, name: str) -> bool:
    return any(summary.name == name for summary in engine.labs())


def _old(running: Lab, images: Images) -> bool:
    """Whether its hosts run images of another version than this one's."""
    return dict(running.images) != dict(images)


def _plan_to_go(engine: Engine, name: str) -> Plan | None:
    """The plan of a lab that is about to be replaced, if it can still be read."""
    try:
        return engine.find(name).plan
    except LabError:
        return None


def _plan_there(engine: Engine, request: UpRequest) -> Plan:
    """Without a scenario: the plan of the named lab, or of the only one; if there is none, the default scenario's."""
    names = [summary.name for summary in engine.labs()]
    if request.name in names or (request.name is None and names):
        return choose(engine, request.name).plan
    return plan_of(DEFAULT, name=request.name, as_of=request.as_of)


def _differences(engine: Engine, running: Lab, watch: Stopwatch) -> Differences:
    """What drifted, what drifted on the air, and whether the roles were edited."""
    with watch.stage("compare"), ThreadPoolExecutor(1) as beside:  # the hosts are waited for, which takes no processor
        roles = beside.submit(roles_changed, made_state_directory(running.plan.lab))
        drifts = running.drift()
        return drifts, guest_drift(engine, running), roles.result()


def _keep(engine: Engine, running: Lab, request: UpRequest, progress: Progress, watch: Stopwatch) -> UpResult:
    """The lab is there and is what is wanted: repair what drifted, converge only if files did or the roles are others now."""
    drifts, on_air, edited = _differences(engine, running, watch)
    changed: dict[str, int] = {}
    left: tuple[Drift, ...] = ()
    again = request.reconverge or edited
    for drift in (*drifts, *on_air):
        progress(Event("repair", drift.host, "info", f"{drift.kind}: {drift.detail}"))
    if drifts:
        with watch.stage("repair"):
            left = running.repair(drifts, progress)
    if left or again:
        with watch.stage("converge"):
            certificates = pki.ensure(running.plan, made_state_directory(running.plan.lab) / "pki")
            changed = converge(running, certificates, progress=progress).changed
    with watch.stage("repair"):
        reconnect(engine, running, drifts, progress)
        if on_air:
            restore_guest(engine, running, progress)
    if drifts or again:
        with watch.stage("record"):
            running.record_state()
    if drifts:
        with watch.stage("compare"):
            still = running.drift()
        if still:
            names = "; ".join(str(drift) for drift in still)
            raise LabError(f"still drifted after the repair: {names}", fix="lab up --fresh")
    found = (*drifts, *on_air)
    outcome = "repaired" if found else "reconciled" if edited else "unchanged"
    return UpResult(running.plan.lab, outcome, len(running.plan.hosts), found, changed, watch.seconds)


def _build(
    engine: Engine,
    wanted: Plan,
    images: Images,
    request: UpRequest,
    progress: Progress,
    watch: Stopwatch,
    *,
    rebuilt: bool,
) -> UpResult:
    with watch.stage("pki"):
        keys = made_state_directory(wanted.lab) / "pki"
        pki.delivered(wanted, keys, datetime.now(UTC))
        certificates = pki.ensure(wanted, keys)
    cold = request.fresh or request.reconverge
    archives = {} if cold else (cached_archives(wanted, certificates) or {})
    if told := engine.narrow(wanted):
        progress(Event("create", wanted.lab, "info", told))
    guest = SavedGuest(engine, wanted, images, made_state_directory(wanted.lab))
    changed: dict[str, int] = {}
    with watch.stage("create"):
        built = engine.create(wanted, images, progress, archives if request.once else guest.sent(archives, progress))
    try:
        if not archives:
            with watch.stage("converge"):
                changed = converge(built, certificates, progress=progress).changed
        with watch.stage("record"):
            built.record_state(complete=True)
        if wanted.air is not None and not request.once:
            with watch.stage("keep"):
                guest.collect(built, archives or cached_archives(wanted, certificates) or {}, progress)
    except KeyboardInterrupt:
        engine.down(wanted.lab, progress)
        raise
    outcome = "reconciled" if rebuilt else "warm" if archives else "built"
    return UpResult(wanted.lab, outcome, len(wanted.hosts), (), changed, watch.seconds)
