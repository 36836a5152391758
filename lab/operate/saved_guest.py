"""The radio guest saved when it had started and nothing of it had begun: the next start of exactly this guest goes on there.

A saved state holds what its memory holds, the keys of its hosts and of the way into them: the folder is beside the lab's
keys, 0700, the file 0600. What it is good for is in its name: plan, image, files, and what runs the guest. It is never
more than a shortcut: a guest that doesn't take it is started as if there were none.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from lab.converge.step import joined
from lab.engine import Engine, Images, Lab
from lab.engine.archive import pack
from lab.errors import LabError
from lab.pki import write_private
from lab.plan import Host, Plan
from lab.record.progress import Event, Progress

STATES = "guest"  # folder of the lab's state folder
PLACE = "/var/lib/sanso/radio"  # in the container: what radio-guest and radio-go know by that name
ASKED, MADE, SAVED = "asked", "made", "saved"
_PATIENCE = 60.0  # seconds; a tenth of a gigabyte


class SavedGuest:
    """What is kept of a plan's guest. Without a guest everything here does nothing."""

    def __init__(self, engine: Engine, plan: Plan, images: Images, directory: Path) -> None:
        self._engine = engine
        self._host = plan.host(plan.air.container) if plan.air is not None else None
        self._plan = plan
        self._images = images
        self._folder = directory / STATES
        self._asked = False  # the container saves a state, which is to be collected

    def sent(self, archives: Mapping[str, bytes], progress: Progress) -> Mapping[str, bytes]:
        """Host -> tar to create with: the guest's container gets its saved state as well, or is asked to save one.

        `archives`: host -> tar of its files, empty where Ansible delivers them.
        """
        if self._host is None:
            return archives
        name, own = self._host.name, archives.get(self._host.name)
        saved = self._read(own) if own is not None else {}
        self._asked = not saved
        if saved:
            progress(Event("create", name, "info", "its guest goes on from its saved state"))
        added = {f"{PLACE}/{SAVED}/{path}": content for path, content in saved.items()} or {f"{PLACE}/{ASKED}": b""}
        more = pack(added, mode=0o600)
        return {**archives, name: more if own is None else joined([own, more])}

    def collect(self, lab: Lab, archives: Mapping[str, bytes], progress: Progress) -> None:
        """Take the state that the container was asked to save. A failure is told, and costs no more than the shortcut."""
        if self._host is None or not self._asked or self._host.name not in archives:
            return
        path = self._path(archives[self._host.name])
        try:
            whole = self._fetched(lab, self._host)
            if _content(whole) and not path.exists():
                write_private(path, whole)
                for other in self._folder.glob("*.tar"):
                    if other != path:
                        other.unlink()
        except (LabError, OSError, TimeoutError, tarfile.TarError) as error:
            progress(Event("create", self._host.name, "info", f"its state is not kept for the next start: {error}"))

    def _fetched(self, lab: Lab, host: Host) -> bytes:
        line = f"cd {PLACE} && tar -cf - {MADE} && rm -rf {MADE}"
        with self._engine.exec_open(lab.container(host.name), ["sh", "-c", line], stdin=False) as stream:
            told, failed = stream.read_all(timeout=_PATIENCE)
            if stream.exit_code():
                raise LabError(failed.decode(errors="replace").strip() or "it saved none")
        return told

    def _read(self, own: bytes) -> dict[str, bytes]:
        path = self._path(own)
        with suppress(FileNotFoundError):
            try:
                return _content(path.read_bytes())
            except tarfile.TarError:
                path.unlink()  # damaged: the next start makes it again
        return {}

    def _path(self, own: bytes) -> Path:
        assert self._host is not None
        what = (
            self._plan.digest(),
            self._images[self._host.image],
            self._engine.accelerators(self._host),
            sha256(own).hexdigest(),
        )
        return self._folder / f"{sha256(repr(what).encode()).hexdigest()}.tar"


def _content(whole: bytes) -> dict[str, bytes]:
    """Name -> content of the files in what the container made. TarError if it is not whole."""
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        parts = {Path(member.name).name: tar.extractfile(member) for member in tar if member.isfile()}
        return {name: part.read() for name, part in parts.items() if part is not None}
