"""The lab's own images, tagged by the digest of everything they are made from: same inputs, same tag, no build."""

from __future__ import annotations

from collections import deque
from hashlib import sha256
from importlib.resources import files
from io import BytesIO

from docker.errors import ImageNotFound

from lab.engine import base
from lab.engine.archive import pack
from lab.engine.client import Api, explained
from lab.engine.disk import require_room
from lab.engine.names import IMAGE
from lab.errors import LabError
from lab.record.progress import Event, Progress

_SHOWN = 15  # last lines of a failed build
_DIGITS = 12  # of a digest in a tag


def ensure_host_image(client: Api, progress: Progress) -> str:
    """Reference of the general host image, built first when no image of these inputs is there."""
    if tag := present_host_image(client):
        return tag
    context = host_context()
    tag = _tag(context)
    base_tag = base.ensure_base(client, f"sanso-base:{_digest(base.RECIPE.encode())}", progress)
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


def _build(client: Api, tag: str, base_tag: str, context: dict[str, bytes], progress: Progress) -> None:
    require_room(client)
    progress(Event("image", tag, "start", "build the host image (about a minute)"))
    last: deque[str] = deque(maxlen=_SHOWN)
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
                    progress(Event("image", tag, "info", line.strip()))
    if failure:
        shown = "\n".join(f"    {line}" for line in last)
        raise LabError(
            f"the build of the host image failed: {failure}\n{shown}",
            fix="see that apt works in a container: the mirror must be reachable and the clock right",
        )
    progress(Event("image", tag, "done", "built"))


def _tag(context: dict[str, bytes]) -> str:
    return f"sanso-host:{_digest(base.RECIPE.encode(), *_flat(context))}"


def _flat(context: dict[str, bytes]) -> list[bytes]:
    return [part for name, content in sorted(context.items()) for part in (name.encode(), content)]


def _digest(*parts: bytes) -> str:
    total = sha256()
    for part in parts:
        total.update(sha256(part).digest())
    return total.hexdigest()[:_DIGITS]
