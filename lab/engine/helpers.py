"""Helper containers: programs that run in the fabric's namespace, with their files put in before they start."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docker.errors import APIError

from lab.engine.archive import pack
from lab.engine.client import Api, explained, reason
from lab.engine.container import create_helper
from lab.engine.names import Kind
from lab.engine.stream import ExecStream
from lab.errors import LabError

_MARK = b"\nsanso-helper exit "
# The exit code comes on the last line of stderr: the container is gone by the time one could ask for it.
_TELL = ("/bin/sh", "-c", '"$@"; printf "\\nsanso-helper exit %d" $? >&2', "sh")
_DEADLINE = 60  # seconds for a short-lived helper
_PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class Helper:
    """What a helper is made of. `files`: absolute path -> content; `namespaces`: host -> namespace file to bind."""

    lab: str
    image: str
    fabric: str
    argv: Sequence[str]
    kind: Kind = Kind.HELPER
    files: Mapping[str, bytes] = field(default_factory=dict)
    capabilities: Sequence[str] = ()
    namespaces: Mapping[str, str] = field(default_factory=dict)
    sets_sysctls: bool = False
    devices: Sequence[str] = ()


def run(client: Api, helper: Helper, stdin: bytes = b"", deadline: float = _DEADLINE) -> bytes:
    """Run it to its end; its stdout. LabError with its stderr when it fails or is killed."""
    name = helper.argv[-1].rsplit("/", 1)[-1]
    with _started(client, helper, (*_TELL, *helper.argv)) as stream:
        try:
            stdout, stderr = stream.read_all(stdin, deadline)
        except TimeoutError as error:
            raise LabError(f"the helper {name} did not end within {deadline:g} s") from error
    said, mark, code = stderr.rpartition(_MARK)
    if not mark:
        raise LabError(f"the helper {name} was killed: {stderr.decode(errors='replace').strip()}")
    if int(code) != 0:
        raise LabError(f"the helper {name} failed: {said.decode(errors='replace').strip()}")
    return stdout


def start(client: Api, helper: Helper) -> ExecStream:
    """Start a long-lived one: it ends on EOF of its stdin (also when this process dies) and is removed then."""
    return _started(client, helper, helper.argv)


def _started(client: Api, helper: Helper, argv: Sequence[str]) -> ExecStream:
    with explained(f"cannot start a helper in lab {helper.lab}"):
        container = create_helper(
            client,
            helper.lab,
            helper.image,
            helper.fabric,
            helper.kind,
            argv,
            capabilities=helper.capabilities,
            namespaces=helper.namespaces,
            sets_sysctls=helper.sets_sysctls,
            devices=helper.devices,
            logged=helper.kind is not Kind.CAPTURE,  # what crosses a lab in minutes is no log
        )
        try:
            if helper.files:
                client.put_archive(container, "/", pack(helper.files))
            stream = attached(client, container, stdin=True)
            client.start(container)
        except BaseException:
            remove(client, container)
            raise
    return stream


def attached(client: Api, container: str, *, stdin: bool) -> ExecStream:
    """The container's streams, from before its start."""
    wanted = {"stdin": int(stdin), "stdout": 1, "stderr": 1, "stream": 1, "logs": 0}
    return ExecStream(client.attach_socket(container, params=wanted))


def remove(client: Api, container: str) -> None:
    """Remove one container by force; one that is gone or going already is fine. LabError when it stays."""
    try:
        client.remove_container(container, force=True, v=True)
    except APIError as error:
        if error.status_code not in {404, 409}:
            raise LabError(f"cannot remove container {container}: {reason(error)}") from error


def exec_exit_code(client: Api, run: str, timeout: float) -> int:
    """Exit code of an exec whose streams have ended: the engine learns it a moment later."""
    deadline = time.monotonic() + timeout
    while True:
        with explained("cannot ask for an exit code"):
            code = client.exec_inspect(run)["ExitCode"]
        if code is not None:
            return int(code)
        if time.monotonic() > deadline:
            raise LabError(f"a program in a container did not end within {timeout:g} s")
        time.sleep(_PAUSE)


def exec_resize(client: Api, run: str, rows: int, columns: int) -> None:
    """Set the size of an exec's terminal."""
    with explained("cannot resize a terminal"):
        client.exec_resize(run, height=rows, width=columns)
