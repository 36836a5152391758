"""Starting a container and hearing from its init: it tells, on one line, that it is closed and what its names are."""

from __future__ import annotations

from dataclasses import dataclass

from lab.engine.client import Api, explained
from lab.engine.helpers import attached
from lab.engine.identity import Identity
from lab.errors import LabError

_READY = "sanso-init ready "
_DEADLINE = 30  # seconds; a host alone takes half a second
_SHOWN = 5  # last lines of an init that failed


def start_host(client: Api, container: str, own: Identity, archive: bytes | None = None) -> None:
    """Start it, send its init the host's files, and wait for it. LabError with the init's own words when it fails.

    The engine's own way to put files into a container costs three times as much as the start of one.
    """
    with explained(f"cannot start {own.hostname}"), attached(client, container, stdin=bool(archive)) as stream:
        client.start(container)
        said = {1: "", 2: ""}  # two pipes: their order is not known
        try:
            if archive:
                stream.feed(archive, _DEADLINE)
            for kind, piece in stream.frames(_DEADLINE):
                said[kind] += piece.decode(errors="replace")
                for line in said[1].splitlines(keepends=True):
                    if line.startswith(_READY) and line.endswith("\n"):
                        _compare(own, line.removeprefix(_READY).split())
                        return
        except TimeoutError as error:
            raise LabError(f"its init was not ready within {_DEADLINE} s: {_last(said)}") from error
        raise LabError(f"its init ended: {_last(said)}")


def start_plain(client: Api, container: str, name: str) -> None:
    """Start a container whose program has nothing to tell."""
    with explained(f"cannot start {name}"):
        client.start(container)


@dataclass(frozen=True, slots=True)
class Running:
    """One start of a container: another one after each restart."""

    process: int  # its first process, as the engine machine numbers it
    since: str  # RFC 3339, in UTC

    @property
    def namespace(self) -> str:
        """Its network namespace file on the engine machine. The engine, which made no network, keeps no file of its own."""
        return f"/proc/{self.process}/ns/net"


def running(client: Api, container: str) -> Running:
    """Which start of the container this is. LabError when it does not run."""
    with explained(f"cannot inspect {container}"):
        seen = client.inspect_container(container)
    if not seen["State"]["Running"]:
        raise LabError(f"{container} does not run (exit code {seen['State']['ExitCode']})", fix="lab up")
    return Running(seen["State"]["Pid"], seen["State"]["StartedAt"])


def _compare(own: Identity, seen: list[str]) -> None:
    for name, wanted, found in zip(("resolv.conf", "hosts", "hostname"), own.digests(), seen, strict=True):
        if wanted != found:
            raise LabError(f"/etc/{name} is not what was written: the engine machine's names would show through")


def _last(said: dict[int, str]) -> str:
    lines = [line for kind in (1, 2) for line in said[kind].strip().splitlines()[-_SHOWN:]]
    return " / ".join(line.strip() for line in lines) or "it said nothing"
