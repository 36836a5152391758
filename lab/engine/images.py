"""The lab's own images on an engine: built where they are missing, saved, loaded and listed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO

from docker.errors import ImageNotFound

from lab.engine import base, image_file, recipe
from lab.engine.archive import pack
from lab.engine.client import Api, explained
from lab.engine.disk import require_room
from lab.engine.model import ImageFound
from lab.engine.names import IMAGE
from lab.errors import LabError
from lab.plan import Image
from lab.record.progress import Event, Progress

_SHOWN = 15  # last lines of a failed build
_UNREACHED = "Failed to fetch"  # apt's words for the cause, long before the packages that it then can't find
_PIECE = 1 << 20  # bytes
_TAKES = {
    Image.HOST: "about a minute",
    Image.PATH: "about half a minute",
    Image.DESKTOP: "about two minutes",
    Image.RADIO: "about a minute",
}
_TOLD = 64  # MiB between two words of progress


def ensure(client: Api, kind: Image, progress: Progress) -> str:
    """Reference of the image of this kind, built first, with those that it stands on, when it is not there."""
    if found := present(client, kind):
        return found
    below = recipe.parent(kind)
    built_on = (
        base.ensure_base(client, recipe.base_tag(), progress) if below is None else ensure(client, below, progress)
    )
    tag = recipe.tag(kind)
    _build(client, kind, tag, built_on, progress)
    return tag


def present(client: Api, kind: Image) -> str | None:
    """Reference of the image of this kind and today's inputs; None when it is not there."""
    tag = recipe.tag(kind)
    with explained(f"cannot look for the {kind} image"):
        try:
            client.inspect_image(tag)
        except ImageNotFound:
            return None
    return tag


def any_host_image(client: Api) -> str | None:
    """A host image that is here, whatever it was made from; None when there is none."""
    found = client.images(filters={"label": f"{IMAGE}=host"})
    return str(found[0]["Id"]) if found else None


def save(client: Api, tag: str, progress: Progress) -> Iterator[bytes]:
    """The image as a gzipped archive, in pieces. LabError if the engine doesn't give it."""
    with explained(f"cannot save {tag}"):
        size = int(client.inspect_image(tag)["Size"])
        yield from image_file.compressed(_counted(client.get_image(tag, chunk_size=_PIECE), tag, size, progress))


def load(client: Api, file: IO[bytes], name: str, progress: Progress) -> image_file.Described:
    """Load what `save` gave, after a look at all of it; what it was.

    Nothing reaches the engine unless it is one of today's images, whole: BadInput otherwise. LabError if the engine refuses it.
    """
    progress(Event("image", name, "start", "check"))
    found = image_file.described(file, name, *(recipe.tag(kind) for kind in Image))
    tag = found.tag
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


def listing(client: Api) -> list[ImageFound]:
    """The lab's images on this engine, newest first."""
    today = {recipe.base_tag(), *(recipe.tag(kind) for kind in Image)}
    with explained("cannot list the images"):
        found = client.images(filters={"reference": list(recipe.REPOSITORIES)})
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


def _build(client: Api, kind: Image, tag: str, built_on: str, progress: Progress) -> None:
    require_room(client)
    progress(Event("image", tag, "start", f"build the {kind} image ({_TAKES[kind]})"))
    last: deque[str] = deque(maxlen=_SHOWN)
    unreached: list[str] = []
    failure = ""
    with explained(f"the {kind} image cannot be built", fix="see `lab doctor`"):
        stream = client.build(
            fileobj=BytesIO(pack(recipe.context(kind), mode=0o755)),
            custom_context=True,
            tag=tag,
            buildargs={"BASE": built_on},
            labels={IMAGE: kind.value},
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
            f"the build of the {kind} image failed: {failure}\n{shown}",
            fix="see that apt works in a container: the mirror must be reachable and the clock right",
        )
    progress(Event("image", tag, "done", "built"))
