"""An image as one file for machines without a registry: what `docker save` gives, compressed with gzip.

`docker load` takes the file as well. Here it is read to its end first: tags, the digests of its configuration and of every
layer, and that it is an image of this version of the lab. That shows accidents and mix-ups; who made it, it doesn't say.
"""

from __future__ import annotations

import gzip
import json
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import IO, Any

from lab.engine.names import IMAGE
from lab.errors import BadInput, LabError

_CHUNK = 1 << 20
_LEVEL = 1  # half a minute more of work would make it a tenth smaller
_SMALL = 1 << 20  # bytes: descriptions are kilobytes, layers megabytes
_GZIP = b"\x1f\x8b"
_MANIFEST = "manifest.json"
_FIX = "take the file anew from the machine that made it: lab images save"


@dataclass(frozen=True, slots=True)
class Described:
    """The one image in a file."""

    tag: str
    id: str  # "sha256:HEX" of its configuration: what `docker images --no-trunc` shows where it was saved
    layers: tuple[str, ...]  # "sha256:HEX" of each, uncompressed


def compressed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same, gzipped."""
    packer = zlib.compressobj(_LEVEL, wbits=31)
    for chunk in chunks:
        if piece := packer.compress(chunk):
            yield piece
    yield packer.flush()


def described(file: IO[bytes], name: str, *wanted: str) -> Described:
    """Read it all. BadInput, naming why, unless it is one whole image of `wanted` (REPOSITORY:TAG) and nothing else."""
    try:
        contents, digests = _members(file)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise BadInput(f"is no whole image file: {error or 'it ends too early'}", where=name, fix=_FIX) from error
    try:
        (manifest,) = json.loads(contents[_MANIFEST])
        tags = [str(tag) for tag in manifest["RepoTags"] or ()]
        path = str(manifest["Config"])
        config: dict[str, Any] = json.loads(contents[path])
        labels: dict[str, str] = config["config"].get("Labels") or {}
        right_layers = tuple(map(str, config["rootfs"]["diff_ids"]))
        found_layers = tuple(digests[str(layer)] for layer in manifest["Layers"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadInput("holds no image that can be read, or several", where=name, fix=_FIX) from error
    tag = _right_version(name, tags, labels, wanted)
    own = digests[path].removeprefix("sha256:")
    if own != PurePosixPath(path).name.removesuffix(".json") or right_layers != found_layers:
        raise BadInput("was altered or damaged: its digests are others", where=name, fix=_FIX)
    return Described(tag, f"sha256:{own}", found_layers)


def _right_version(name: str, tags: list[str], labels: dict[str, str], wanted: tuple[str, ...]) -> str:
    what = ", ".join(tags) or "an image without a name"
    kinds = {f"sanso-{labels.get(IMAGE)}"}
    same_kind = [tag for tag in wanted if tag.partition(":")[0] in kinds]
    if not same_kind or {tag.partition(":")[0] for tag in tags} != kinds:
        raise BadInput(f"holds {what}, which is no image of the lab", where=name, fix=_FIX)
    if tags != same_kind:
        raise BadInput(
            f"holds {what}, the image of another version of the lab; this one needs {same_kind[0]}",
            where=name,
            fix="save it with this version, or use the version that it was saved with",
        )
    return tags[0]


def _members(file: IO[bytes]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Contents of the small members, digests of all, by name; a link has its target's."""
    contents: dict[str, bytes] = {}
    digests: dict[str, str] = {}
    links: dict[str, str] = {}
    with gzip.GzipFile(fileobj=file) as whole, tarfile.open(fileobj=whole, mode="r|") as tar:
        for member in tar:
            reader = tar.extractfile(member) if member.isfile() else None
            if reader is not None:
                if member.size <= _SMALL:
                    contents[member.name] = reader.read()
                    digests[member.name] = _digest(iter([contents[member.name]]))
                else:
                    digests[member.name] = _digest(_pieces(reader))
            elif member.issym() or member.islnk():
                links[member.name] = _target(member)
        while whole.read(_CHUNK):  # to the checksum at its very end
            pass
    digests |= {name: digests[target] for name, target in links.items() if target in digests}
    return contents, digests


def _target(member: tarfile.TarInfo) -> str:
    """Where a link leads to, as a member's name; symbolic links count from their own folder."""
    parts: list[str] = []
    start = PurePosixPath(member.name).parent.parts if member.issym() else ()
    for part in (*start, *PurePosixPath(member.linkname).parts):
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)


def _pieces(reader: IO[bytes]) -> Iterator[bytes]:
    while piece := reader.read(_CHUNK):
        yield piece


def _digest(pieces: Iterator[bytes]) -> str:
    """SHA-256 of the content; of a compressed layer, that of the layer."""
    total, unpacker = sha256(), None
    for number, piece in enumerate(pieces):
        if number == 0 and piece.startswith(_GZIP):
            unpacker = zlib.decompressobj(wbits=31)
        total.update(unpacker.decompress(piece) if unpacker else piece)
    return f"sha256:{total.hexdigest()}"


def sent(file: IO[bytes]) -> Iterator[bytes]:
    """The file from its beginning, in pieces."""
    file.seek(0)
    yield from _pieces(file)


def refused(message: dict[str, Any]) -> LabError:
    """What the engine said instead of loading it."""
    return LabError(f"the engine did not load the image: {message['error']}", fix="see `lab doctor`")
