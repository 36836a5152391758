"""Channels that Ansible's workers share: opened once in their parent, used by one worker after the other.

Ansible forks a worker for every task and host. A worker that opened its own way into the host would spend most of its
time on that; an open shell is inherited across the fork and is as good in the worker as in the parent. A lock per host
keeps two workers (a delegated task) from talking at once.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO

from lab.engine import Engine, connect
from lab.errors import LabError
from lab.reach import ContainerChannel

THREADS = 8


class WorkerChannels:
    """One per process tree of Ansible; its parent opens, workers use."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._engine_of = 0  # process that may use `_engine`
        self._shared: dict[str, ContainerChannel] = {}
        self._locks: IO[bytes] | None = None  # one byte per host

    def open(self, containers: Mapping[str, str]) -> None:
        """Open the ways into these containers (container -> host), side by side. Call before the first fork.

        A container that can't be reached is left to its worker, whose error will name the host.
        """
        if not _inheritable():
            return
        missing = [
            ContainerChannel(self.engine(), container, host)
            for container, host in containers.items()
            if container not in self._shared
        ]
        with ThreadPoolExecutor(THREADS) as pool:  # its threads end here: none is left when Ansible forks
            opened = list(pool.map(_opened, missing))
        names = [container for container in containers if container not in self._shared]
        self._shared |= {name: channel for name, channel, good in zip(names, missing, opened, strict=True) if good}
        if self._locks is None:
            self._locks = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the channels do

    @contextmanager
    def use(self, container: str, host: str) -> Iterator[ContainerChannel]:
        """Give the way into a container, to this worker alone."""
        shared = self._shared.get(container)
        if shared is None or self._locks is None:
            with ContainerChannel(self.engine(), container, host) as own:
                yield own
            return
        place = sorted(self._shared).index(container)
        fcntl.lockf(self._locks, fcntl.LOCK_EX, 1, place)  # belongs to this process, also on an inherited file
        try:
            yield shared
        finally:
            fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, place)

    def engine(self) -> Engine:
        """Return the engine of this process. Its connections are not for use across a fork."""
        if self._engine is None or self._engine_of != os.getpid():
            self._engine, self._engine_of = connect(), os.getpid()
        return self._engine

    def close(self) -> None:
        """Close all ways. For the parent, at the end."""
        for channel in self._shared.values():
            channel.close()
        self._shared.clear()
        if self._locks is not None:
            self._locks.close()
            self._locks = None


def _opened(channel: ContainerChannel) -> bool:
    try:
        channel.open()
    except (LabError, TimeoutError):
        return False
    return True


def _inheritable() -> bool:
    """Whether the connection to the engine is a plain local socket: an encrypted one has state that a fork doubles."""
    return os.environ.get("DOCKER_HOST", "unix://").startswith("unix://")


# Ansible makes its plugins itself and gives them nothing in common but the modules they import.
CHANNELS = WorkerChannels()
