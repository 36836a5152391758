"""Tar archives in memory: how files travel to and from containers."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from lab.errors import LabError


def pack(files: Mapping[str, bytes], *, mode: int = 0o644) -> bytes:
    """A tar of `files`: path -> content, paths relative to where it will be unpacked. Same input, same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for folder in _folders(files):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for path, content in sorted(files.items()):
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def unpack_one(chunks: Iterable[bytes]) -> bytes:
    """The content of the single file in a tar."""
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
        entry = tar.next()
        reader = tar.extractfile(entry) if entry else None
        if reader is None:
            raise FileNotFoundError("the archive holds no file")
        return reader.read()


def require_no_tmpfs(tar: bytes) -> None:
    """LabError when a file would go into /run: the engine answers "done" and the file is nowhere."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for entry in archive:
            path = PurePosixPath("/", entry.name)
            below = path.parts[1:2] == ("run",) or path.parts[1:3] == ("var", "run")
            if below and not entry.isdir():
                raise LabError(
                    f"{path} cannot be put into a host: /run is a tmpfs there", fix="write it with a command"
                )


def _folders(files: Mapping[str, bytes]) -> list[str]:
    found = {str(parent) for path in files for parent in PurePosixPath(path.lstrip("/")).parents}
    return sorted(found - {"."})
