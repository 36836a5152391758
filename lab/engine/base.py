"""The base image: Debian bookworm, pulled where a registry answers, else bootstrapped from the distribution's mirror."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import deque
from threading import Thread
from typing import IO

from docker.errors import APIError, ImageNotFound
from requests.exceptions import RequestException

from lab.engine.client import Api, explained, open_client
from lab.engine.disk import require_room
from lab.engine.names import IMAGE
from lab.errors import LabError
from lab.record.progress import Event, Progress

PULLED = "debian:bookworm-slim"
_DEADLINE = 5  # seconds for a registry to answer
_TRIMMED = ("doc", "man", "locale", "info")
BOOTSTRAP = (
    "mmdebstrap",
    "--variant=minbase",
    "--include=ca-certificates",
    *(f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in _TRIMMED),
    "--dpkgopt=force-unsafe-io",
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Languages "none"',
    '--customize-hook=rm -rf "$1"/var/cache/apt/*.bin "$1"/var/log/apt "$1"/var/log/dpkg.log',
)
RECIPE = "\n".join((PULLED, *BOOTSTRAP))
NO_MMDEBSTRAP = "sudo apt-get install mmdebstrap"


def ensure_base(client: Api, tag: str, progress: Progress) -> str:
    """Name of a base image that is present afterwards."""
    try:
        client.inspect_image(tag)
    except ImageNotFound:
        require_room(client)
        if registry_answers():
            _pull(client, tag, progress)
        else:
            _bootstrap(client, tag, progress)
    return tag


def registry_answers() -> bool:
    """True when the engine can ask a registry about the base image within five seconds."""
    asking = open_client(timeout=_DEADLINE)
    try:
        asking.inspect_distribution(PULLED)
    except (APIError, RequestException):
        return False
    finally:
        asking.close()
    return True


def can_bootstrap() -> bool:
    """True when this machine can make the base image without a registry."""
    return shutil.which(BOOTSTRAP[0]) is not None


def _pull(client: Api, tag: str, progress: Progress) -> None:
    progress(Event("image", tag, "start", f"pull {PULLED}"))
    repository, version = PULLED.split(":")
    with explained(f"cannot pull {PULLED}"):
        for message in client.pull(repository, tag=version, stream=True, decode=True):
            if "error" in message:
                raise LabError(f"cannot pull {PULLED}: {message['error']}")
        name, _, own = tag.partition(":")
        client.tag(PULLED, name, own)
    progress(Event("image", tag, "done", "pulled"))


def _bootstrap(client: Api, tag: str, progress: Progress) -> None:
    if not can_bootstrap():
        raise LabError(
            "no registry answers and mmdebstrap is not installed: there is no base image to build on",
            fix=f"{NO_MMDEBSTRAP}, or bring the image from another machine: lab images load FILE",
        )
    progress(Event("image", tag, "start", "bootstrap Debian bookworm (about half a minute)"))
    mode = "root" if os.geteuid() == 0 else "unshare"
    command = [*BOOTSTRAP, f"--mode={mode}", "--format=tar", "bookworm", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told = _Told(process.stderr, tag, progress)
        try:
            image = _import(client, process.stdout)
        except BaseException:
            process.terminate()
            raise
        finally:
            process.stdout.close()
    if process.returncode != 0:
        fix = "see that apt works on this machine; a run without root needs user namespaces"
        raise LabError(f"the bootstrap of the base image failed:\n{told.last_lines()}", fix=fix)
    name, _, version = tag.partition(":")
    with explained("cannot name the base image"):
        client.tag(image, name, version)
    progress(Event("image", tag, "done", "bootstrapped"))


def _import(client: Api, source: IO[bytes]) -> str:
    """Id of the imported image: it gets its name only when the program behind `source` has ended well."""
    changes = ['CMD ["/bin/sh"]', f"LABEL {IMAGE}=base"]
    with explained("the engine refused the base image"):
        answer = client.import_image_from_stream(source, changes=changes)
    last: dict[str, str] = json.loads(str(answer).strip().splitlines()[-1])
    if "status" not in last:
        raise LabError(f"the engine refused the base image: {answer}")
    return last["status"]


class _Told:
    """Reads a program's stderr in a thread of its own: each line is told, the last ones are kept."""

    def __init__(self, source: IO[bytes], tag: str, progress: Progress) -> None:
        self._lines: deque[str] = deque(maxlen=15)
        self._thread = Thread(target=self._read, args=(source, tag, progress), daemon=True)
        self._thread.start()

    def _read(self, source: IO[bytes], tag: str, progress: Progress) -> None:
        for raw in source:
            line = raw.decode(errors="replace").strip()
            self._lines.append(line)
            if line.startswith("I: "):
                progress(Event("image", tag, "info", line[3:]))

    def last_lines(self) -> str:
        self._thread.join(30)
        return "\n".join(self._lines)
