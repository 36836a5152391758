"""The exclusive lock of a lab: a named container that lives as long as its holder's connection."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from docker.errors import APIError, NotFound
from requests.exceptions import RequestException

from lab.engine.client import Api, explained, reason
from lab.engine.container import isolation
from lab.engine.helpers import attached, remove
from lab.engine.images import any_host_image
from lab.engine.names import LOCK, OWNER, Kind, container_name, labels
from lab.engine.stream import ExecStream
from lab.errors import LabError

_PID = "sanso.pid"
_COMMAND = "sanso.command"
_SINCE = "sanso.since"
_CONFLICT = 409
_PATIENCE = 2.0  # seconds: a lock whose holder has just gone takes a moment to vanish
_NEVER_STARTED = 5.0  # seconds after which a lock that was created and not started has no holder
_DEADLINE = 60.0  # seconds: removal under load takes tens
_PAUSE = 0.05
_GOING = 10.0  # seconds that the engine may take to remove an ended lock


@contextmanager
def held(client: Api, lab: str, command: str) -> Iterator[None]:
    """Hold the lock of `lab`. LabError naming the holder when it is taken.

    When this process dies, however it dies, its connection closes, `cat` sees EOF and the container removes itself.
    """
    image = any_host_image(client)
    if image is None:  # whatever makes something has ensured the images first: there is nothing to exclude
        yield
        return
    container = _create(client, lab, image, command)
    try:
        stream = _start(client, container)
    except BaseException:
        remove(client, container)
        raise
    try:
        yield
    finally:
        stream.close()
        _await_gone(client, container)


def _await_gone(client: Api, container: str) -> None:
    """Wait until the container has removed itself, so that nothing of a finished command is left to be seen.

    No error: the command's own result counts, and a lock that ended is in nobody's way. The engine is asked again and
    again because it doesn't end every wait for a removal (20.10).
    """
    deadline = time.monotonic() + _GOING
    with suppress(APIError, RequestException, LabError):
        while time.monotonic() < deadline:
            client.inspect_container(container)
            time.sleep(_PAUSE)
        remove(client, container)


def _create(client: Api, lab: str, image: str, command: str) -> str:
    name = container_name(lab, LOCK)
    own = labels(lab, Kind.LOCK) | {
        _PID: str(os.getpid()),
        _COMMAND: command,
        _SINCE: datetime.now(UTC).isoformat(timespec="seconds"),
    }
    began = time.monotonic()
    while True:
        try:
            answer = client.create_container(
                image=image,
                name=name,
                entrypoint=["cat"],
                stdin_open=True,  # with attachment from the start: closed when the one client that attached goes
                labels=own,
                use_config_proxy=False,
                network_disabled=True,
                host_config=isolation(client, auto_remove=True, read_only=True),
            )
        except APIError as error:
            if error.status_code != _CONFLICT:
                raise LabError(f"cannot take the lock of lab {lab}: {reason(error)}") from error
        else:
            return str(answer["Id"])
        _await_turn(client, lab, name, time.monotonic() - began)
        time.sleep(_PAUSE)


def _await_turn(client: Api, lab: str, name: str, waited: float) -> None:
    """Return when trying again makes sense. LabError naming the holder when there is one."""
    try:
        seen = client.inspect_container(name)
    except NotFound:
        return
    state = seen["State"]["Status"]
    if state == "running" and waited > _PATIENCE:
        raise LabError(
            f"lab {lab} is in use: {holder_of(seen['Config']['Labels'])}",
            fix="wait until it has ended, or end that process: the lock goes with it",
        )
    if state in {"exited", "dead"} or (state == "created" and waited > _NEVER_STARTED):
        remove(client, seen["Id"])
    elif waited > _DEADLINE:
        raise LabError(f"the lock of lab {lab} stays {state}", fix=f"docker rm -f {name}")


def _start(client: Api, container: str) -> ExecStream:
    with explained("cannot take the lock"):
        stream = attached(client, container, stdin=True)
        try:
            client.start(container)
        except BaseException:
            stream.close()
            raise
    return stream


def holder_of(own: dict[str, str]) -> str:
    """Who holds a lock with these labels, and what for."""
    who = f"{own.get(OWNER, 'somebody')} (pid {own.get(_PID, '?')})"
    return f"{who} runs `{own.get(_COMMAND, '?')}` since {own.get(_SINCE, '?')}"
