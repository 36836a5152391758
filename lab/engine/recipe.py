"""What each kind of image is made from, and so its tag: same inputs, same tag, no build."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

from lab.engine import base
from lab.plan import Image

REPOSITORIES = ("sanso-base", *(f"sanso-{kind}" for kind in Image))
_CLEAN = "clean"  # every kind is cleaned after its packages
_BUILT_ON = {Image.HOST: None, Image.PATH: Image.HOST, Image.DESKTOP: Image.PATH, Image.RADIO: Image.HOST}
_DIGITS = 12  # of a digest in a tag


def context(kind: Image) -> dict[str, bytes]:
    """What the image is built from: file name -> content."""
    general = files("lab.engine") / "image"
    folder = general if kind is Image.HOST else general / kind.value
    found = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    return found if kind is Image.HOST else found | {_CLEAN: (general / _CLEAN).read_bytes()}


def parent(kind: Image) -> Image | None:
    """The kind that it is built on; None: the base image."""
    return _BUILT_ON[kind]


def base_tag() -> str:
    """Reference of the base image."""
    return f"sanso-base:{_digest(base.RECIPE.encode())}"


def tag(kind: Image) -> str:
    """Reference of the image that this version of the lab uses, whether it is there or not."""
    below = parent(kind)
    first = base.RECIPE if below is None else tag(below)
    flat = [part for name, content in sorted(context(kind).items()) for part in (name.encode(), content)]
    return f"sanso-{kind}:{_digest(first.encode(), *flat)}"


def _digest(*parts: bytes) -> str:
    total = sha256()
    for part in parts:
        total.update(sha256(part).digest())
    return total.hexdigest()[:_DIGITS]
