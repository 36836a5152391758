"""The lab's own images, tagged by the digest of everything they are made from: same inputs, same tag, no build."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from typing import IO

from docker.errors import ImageNotFound

from lab.engine import base, image_file
from lab.engine.archive import pack
from lab.engine.client import Api, explained
from lab.engine.disk import require_room
from lab.engine.model import ImageFound
from lab.engine.names import IMAGE
from lab.errors import LabError
from lab.record.progress import Event, Progress

_SHOWN = 15  # last lines of a failed build
_UNREACHED = "Failed to fetch"  # apt's words for the cause, long before the packages that it then can't find
_DIGITS = 12  # of a digest in a tag
_PIECE = 1 << 20  # bytes
_TOLD = 64  # MiB between two words of progress


def ensure_host_image(client: Api, progress: Progress) -> str:
    """Reference of the general host image, built first when no image of these inputs is there."""
    if tag := present_host_image(client):
        return tag
    context = host_context()
    tag = _tag(context)
    base_tag = base.ensure_base(client, _base_tag(), progress)
    _build(client, tag, base_tag, context, progress)
    return tag


def present_host_image(client: Api) -> str | None:
    """Reference of the host image of today's inputs; None when it is not there."""
    tag = _tag(host_context())
    with explained("cannot look for the host image"):
        try:
            client.inspect_image(tag)
        except ImageNotFound:
            return None
    return tag


def any_host_image(client: Api) -> str | None:
    """A host image that is here, whatever it was made from; None when there is none."""
    found = client.images(filters={"label": f"{IMAGE}=host"})
    return str(found[0]["Id"]) if found else None


def host_context() -> dict[str, bytes]:
    """What the host image is built from: file name -> content."""
    folder = files("lab.engine") / "image"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


def save(client: Api, tag: str, progress: Progress) -> Iterator[bytes]:
    """The image as a gzipped archive, in pieces. LabError if the engine doesn't give it."""
    with explained(f"cannot save {tag}"):
        size = int(client.inspect_image(tag)["Size"])
        yield from image_file.compressed(_counted(client.get_image(tag, chunk_size=_PIECE), tag, size, progress))


def load(client: Api, file: IO[bytes], name: str, progress: Progress) -> image_file.Described:
    """Load what `save` gave, after a look at all of it; what it was.

    Nothing reaches the engine unless it is today's host image, whole: BadInput otherwise. LabError if the engine refuses it.
    """
    tag = wanted()
    progress(Event("image", name, "start", "check"))
    found = image_file.described(file, name, tag)
    require_room(client)
    size = file.seek(0, os.SEEK_END)
    with explained("the engine did not take the image"):
        for message in client.load_image(_counted(image_file.sent(file), tag, size, progress)):
            if "error" in message:
                raise image_file.refused(message)
        layers = tuple(client.inspect_image(tag)["RootFS"]["Layers"])
    if layers != found.layers:
        raise LabError(f"the engine holds another {tag} than the file", fix="lab images list")
    progress(Event("image", tag, "done", "loaded"))
    return found


def wanted() -> str:
    """Reference of the host image that this version of the lab uses, whether it is there or not."""
    return _tag(host_context())


def listing(client: Api) -> list[ImageFound]:
    """The lab's images on this engine, newest first."""
    today = {wanted(), _base_tag()}
    with explained("cannot list the images"):
        found = client.images(filters={"reference": ["sanso-host", "sanso-base"]})
        used = [one["ImageID"] for one in client.containers(all=True)]
    return [
        ImageFound(tag, one["Id"], int(one["Size"]), int(one["Created"]), tag in today, used.count(one["Id"]))
        for one in sorted(found, key=lambda one: -int(one["Created"]))
        for tag in one["RepoTags"] or ()
    ]


def _counted(chunks: Iterable[bytes], tag: str, size: int, progress: Progress) -> Iterator[bytes]:
    """The same, told of on its way."""
    done, told = 0, -1
    for chunk in chunks:
        done += len(chunk)
        if (now := done >> 20) // _TOLD != told:
            told = now // _TOLD
            progress(Event("image", tag, "info", f"{now} of about {size >> 20} MiB"))
        yield chunk


def _build(client: Api, tag: str, base_tag: str, context: dict[str, bytes], progress: Progress) -> None:
    require_room(client)
    progress(Event("image", tag, "start", "build the host image (about a minute)"))
    last: deque[str] = deque(maxlen=_SHOWN)
    unreached: list[str] = []
    failure = ""
    with explained("the host image cannot be built", fix="see `lab doctor`"):
        stream = client.build(
            fileobj=BytesIO(pack(context, mode=0o755)),
            custom_context=True,
            tag=tag,
            buildargs={"BASE": base_tag},
            labels={IMAGE: "host"},
            rm=True,
            forcerm=True,
            decode=True,
        )
        for message in stream:
            failure = failure or str(message.get("error", "")).strip()
            for line in str(message.get("stream", "")).splitlines():
                if line.strip():
                    last.append(line.rstrip())
                    unreached += [line.rstrip()] if _UNREACHED in line else []
                    progress(Event("image", tag, "info", line.strip()))
    if failure:
        shown = "\n".join(f"    {line}" for line in (*unreached[:1], *last))
        raise LabError(
            f"the build of the host image failed: {failure}\n{shown}",
            fix="see that apt works in a container: the mirror must be reachable and the clock right",
        )
    progress(Event("image", tag, "done", "built"))


def _base_tag() -> str:
    return f"sanso-base:{_digest(base.RECIPE.encode())}"


def _tag(context: dict[str, bytes]) -> str:
    return f"sanso-host:{_digest(base.RECIPE.encode(), *_flat(context))}"


def _flat(context: dict[str, bytes]) -> list[bytes]:
    return [part for name, content in sorted(context.items()) for part in (name.encode(), content)]


def _digest(*parts: bytes) -> str:
    total = sha256()
    for part in parts:
        total.update(sha256(part).digest())
    return total.hexdigest()[:_DIGITS]
