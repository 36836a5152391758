"""What each image came with: the lists that its build wrote, kept in the fabric, which no host can change."""

from __future__ import annotations

from lab.engine.archive import unpack_one
from lab.engine.client import Api
from lab.engine.container import create_helper
from lab.engine.helpers import remove
from lab.engine.names import Kind
from lab.plan import Image

PACKAGES, FILES = "packages", "files.sha256"
_IN_THE_IMAGE = "/usr/lib/sanso"


def list_path(kind: Image, name: str) -> str:
    """Where the fabric has a list of an image of that kind; it is made from the general one itself."""
    return f"{_IN_THE_IMAGE}/{name}" if kind is Image.HOST else f"/var/lib/sanso/images/{kind}/{name}"


def image_lists(client: Api, lab: str, fabric: str, kind: Image, image: str) -> dict[str, bytes]:
    """Path in the fabric -> content, read from the image itself by way of a container that never starts."""
    container = create_helper(client, lab, image, fabric, Kind.HELPER, ["true"])
    try:
        return {
            list_path(kind, name): unpack_one(client.get_archive(container, f"{_IN_THE_IMAGE}/{name}")[0])
            for name in (PACKAGES, FILES)
        }
    finally:
        remove(client, container)
