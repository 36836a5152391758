"""A running lab: its plan, where its hosts are, and what brings it back to its plan."""

from __future__ import annotations

from collections.abc import Mapping

import docker

from lab.engine import creation
from lab.engine.archive import pack
from lab.engine.client import explained
from lab.engine.names import FABRIC, container_name
from lab.engine.starting import sandbox_key
from lab.engine.wiring import wire
from lab.plan import Plan
from lab.record.progress import Progress

COMPLETE_PATH = "/var/lib/sanso/complete"


class Lab:
    """Found with `Engine.find` or made with `Engine.create`; holds no state but its plan."""

    def __init__(self, client: docker.APIClient, plan: Plan, image: str) -> None:
        self._client = client
        self.plan = plan
        self.image = image

    @property
    def name(self) -> str:
        return self.plan.lab

    @property
    def fabric(self) -> str:
        """Name of the container that owns the bridges."""
        return container_name(self.name, FABRIC)

    def container(self, host: str) -> str:
        """Name of the container of `host`. KeyError, naming the known hosts, if there is none."""
        return container_name(self.name, self.plan.host(host).name)

    def sandbox_key(self, host: str) -> str:
        """The host's network namespace file on the engine machine; another one after each start."""
        return sandbox_key(self._client, self.container(host))

    def sandboxes(self, hosts: tuple[str, ...] | None = None) -> dict[str, str]:
        """Host -> namespace file, of the named hosts (None: of all)."""
        names = hosts if hosts is not None else tuple(host.name for host in self.plan.hosts)
        return {name: self.sandbox_key(name) for name in names}

    def wire(self, progress: Progress) -> None:
        """Add the missing links; set addresses, routes and sysctls again."""
        wire(self._client, self.plan, self.image, self.fabric, self.sandboxes(), progress)

    def mark_complete(self) -> None:
        """Creation went to its end: `Engine.down` need not wait for requests in flight."""
        self._store({COMPLETE_PATH: b"\n"})

    def restart_host(self, host: str) -> None:
        """Stop and start one host at once; it comes back closed and unwired until `wire`."""
        container = self.container(host)
        with explained(f"cannot restart {host}"):
            self._client.kill(container)
            self._client.wait(container)
        creation.start_again(self._client, self.plan, self.plan.host(host))

    def _store(self, files: Mapping[str, bytes]) -> None:
        with explained(f"cannot write to the fabric of lab {self.name}"):
            self._client.put_archive(self.fabric, "/", pack(files))
