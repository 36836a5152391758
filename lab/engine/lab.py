"""A running lab: its plan, where its hosts are, how it drifted, and what brings it back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from docker.errors import NotFound

from lab.engine import drift
from lab.engine.archive import pack, unpack_one
from lab.engine.client import Api, explained
from lab.engine.comparison import against_plan, against_record
from lab.engine.creation import PLAN_PATH
from lab.engine.helpers import remove
from lab.engine.image_lists import FILES, PACKAGES, list_path
from lab.engine.listing import containers
from lab.engine.model import Drift, DriftKind, Images
from lab.engine.names import FABRIC, Kind, container_name
from lab.engine.repair import Repair, restart, stop
from lab.engine.starting import Running, running
from lab.engine.state import SETTLING, Ask, by_exec, settled
from lab.engine.strays import end_abandoned
from lab.engine.wiring import wire
from lab.errors import LabError
from lab.plan import Image, Plan
from lab.record.progress import Progress, silent

COMPLETE_PATH = "/var/lib/sanso/complete"
COMPLETE = b"complete\n"
_STATE_PATH = "/var/lib/sanso/state.json"


class Lab:
    """Found with `Engine.find` or made with `Engine.create`; holds nothing but its plan and its images."""

    def __init__(self, client: Api, plan: Plan, images: Images) -> None:
        self._client = client
        self.plan = plan
        self.images = images  # references, for what is made anew

    @property
    def image(self) -> str:
        """Reference of the general image, which fabric and helpers are made from."""
        return self.images[Image.HOST]

    @property
    def name(self) -> str:
        return self.plan.lab

    @property
    def fabric(self) -> str:
        """Name of the container that owns the bridges."""
        return container_name(self.name, FABRIC)

    @property
    def complete(self) -> bool:
        """Whether `mark_complete` was reached."""
        return self._load(COMPLETE_PATH) == COMPLETE

    def container(self, host: str) -> str:
        """Name of the container of `host`. KeyError, naming the known hosts, if there is none."""
        return container_name(self.name, self.plan.host(host).name)

    def running(self, host: str) -> Running:
        """Which start of the host this is, and its network namespace. LabError when it does not run."""
        return running(self._client, self.container(host))

    def starts(self) -> dict[str, Running]:
        """Host -> which start of it this is. LabError when one does not run."""
        return {host.name: self.running(host.name) for host in self.plan.hosts}

    def namespaces(self, hosts: Sequence[str]) -> dict[str, str]:
        """Host -> its network namespace file on the engine machine. LabError when one does not run."""
        return {name: self.running(name).namespace for name in hosts}

    def states(self) -> dict[str, str]:
        """Host -> what the engine says of its container: running, exited, paused ... A missing one is left out."""
        return {one.host: one.state for one in containers(self._client, self.name) if one.kind is Kind.HOST}

    def delivered(self) -> dict[str, dict[str, str]]:
        """Host -> manifest -> its SHA-256, as `record_state` saw them. Kept in the fabric, out of every host's reach."""
        return {host: dict(state["manifests"]) for host, state in (self._recorded() or {}).items()}

    def packages(self, host: str) -> str:
        """The lines NAME VERSION of what the host's image came with, from the fabric, which no host can change."""
        return (self._load(list_path(self.plan.host(host).image, PACKAGES)) or b"").decode()

    def image_files(self, host: str) -> dict[str, str]:
        """Path -> SHA-256 of the files of the host's image (but for those below /usr/share), from the fabric as well."""
        lines = (self._load(list_path(self.plan.host(host).image, FILES)) or b"").decode(errors="replace").splitlines()
        return {line[66:]: line[:64] for line in lines}

    def created(self) -> dict[str, int]:
        """Host -> when its container was made, seconds since 1970: what changed on its disk later was no image's."""
        return {one.host: one.created for one in containers(self._client, self.name) if one.kind is Kind.HOST}

    def wire(self, progress: Progress = silent) -> None:
        """Add the missing links; set addresses, routes and sysctls again. A router must be closed to get a link."""
        wire(
            self._client,
            self.plan,
            self.image,
            self.fabric,
            self.namespaces([host.name for host in self.plan.hosts]),
            progress,
        )

    def wiring_drift(self) -> tuple[Drift, ...]:
        """Containers and wiring alone, in a fraction of a second."""
        return drift.wiring_drift(self._client, self.plan, self._image_ids())

    def drift(self, ask: Ask | None = None) -> tuple[Drift, ...]:
        """Everything that differs from the plan or from what `record_state` saw; empty when nothing does.

        `ask`: whoever has open ways to the hosts spares an exec for each of them.
        """
        return drift.drift(self._client, self.plan, self._image_ids(), self._recorded(), ask)

    def repair(
        self,
        drifts: Sequence[Drift],
        progress: Progress = silent,
        archives: Mapping[str, bytes] | None = None,
        *,
        spared: str = "",
    ) -> tuple[Drift, ...]:
        """Bring containers, wiring and kernel state back; the drifts that only a converge mends.

        `archives`: host -> tar for hosts whose container is made anew. `spared`: how the fabric's ports begin that a
        running prober has plugged in, and that stay. LabError when something cannot be restored.
        """
        creates = {one.host for one in drifts if one.kind in {DriftKind.MISSING, DriftKind.IMAGE}}
        unmark = bool(creates) and FABRIC not in creates and self.complete
        if unmark:  # a crash while containers are being created must be seen by `Engine.down`
            self._store({COMPLETE_PATH: b""})
        left = Repair(self._client, self.plan, self.images, progress, spared).run(drifts, archives or {})
        if unmark:
            self.mark_complete()
        return left

    def record_state(self, *, complete: bool = False) -> None:
        """Keep what `drift` compares with, once all services are ready. `complete`: this ends a creation, see `mark_complete`.

        LabError when the lab is not what its plan and its manifests say, or a service doesn't come up.
        """
        ask = settled(by_exec(self._client, self.name, SETTLING))
        told, states = drift.read_all(self._client, self.plan, self._image_ids(), ask)
        for name, state in states.items():
            host = self.plan.host(name)
            found = [*against_plan(self.plan, host, state), *against_record(host, state, state.recorded())]
            told += [one for one in found if one.kind is not DriftKind.SERVICES]  # it says nothing of what is recorded
        wrong = [str(one) for one in told]
        wrong += [f"{name}: its service {late} is not ready" for name, state in states.items() for late in state.late]
        if wrong:
            raise LabError("\n".join(wrong), where=f"lab {self.name}", fix="lab up --fresh")
        recorded = {name: state.recorded() for name, state in states.items()}
        ended = {COMPLETE_PATH: COMPLETE} if complete else {}
        self._store({_STATE_PATH: json.dumps(recorded).encode(), **ended})

    def refresh_plan(self, plan: Plan) -> None:
        """Keep a plan that differs in dates and waivers alone. ValueError if the lab would have to be built anew."""
        if plan.digest() != self.plan.digest():
            raise ValueError("this plan describes another lab")
        self._store({PLAN_PATH: plan.model_dump_json().encode()})
        self.plan = plan

    def mark_complete(self) -> None:
        """Creation went to its end: `Engine.down` need not wait for requests in flight."""
        self._store({COMPLETE_PATH: COMPLETE})

    def remove_leftovers(self) -> int:
        """Remove helpers that a killed command made and never started; how many. Call it with the lock held.

        A running capture is somebody's, who watches: it stays.
        """
        left = [
            one for one in containers(self._client, self.name) if one.kind is Kind.HELPER and one.state != "running"
        ]
        for one in left:
            remove(self._client, one.id)
        return len(left) + end_abandoned(self._client, self.name, time.time())

    def restart_host(self, host: str) -> None:
        """Stop and start one host at once; it comes back closed and unwired until `wire`."""
        restart(self._client, self.plan, self.plan.host(host).name)

    def stop_host(self, host: str) -> None:
        """Stop one host at once; it stays away until `repair`."""
        stop(self._client, self.plan, self.plan.host(host).name)

    def _image_ids(self) -> dict[Image, str]:
        with explained("cannot look for the lab's images", fix="lab up"):
            return {kind: str(self._client.inspect_image(self.images[kind])["Id"]) for kind in self.plan.images}

    def _recorded(self) -> dict[str, Any] | None:
        content = self._load(_STATE_PATH)
        return None if content is None else dict(json.loads(content))

    def _load(self, path: str) -> bytes | None:
        with explained(f"cannot read from the fabric of lab {self.name}"):
            try:
                chunks, _ = self._client.get_archive(self.fabric, path)
                return unpack_one(chunks)
            except NotFound:
                return None

    def _store(self, files: Mapping[str, bytes]) -> None:
        with explained(f"cannot write to the fabric of lab {self.name}"):
            self._client.put_archive(self.fabric, "/", pack(files))
