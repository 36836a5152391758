"""Names and labels of everything that a lab leaves on the engine. What carries no label is never touched."""

from __future__ import annotations

import getpass
import re
import socket
from enum import StrEnum

from lab.errors import BadInput

LAB = "sanso.lab"
HOST = "sanso.host"
KIND = "sanso.kind"
DIGEST = "sanso.digest"
OWNER = "sanso.owner"
IMAGE = "sanso.image"  # on images: what they are for

FABRIC = "fabric"
LOCK = "lock"
_RESERVED = {FABRIC, LOCK}
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 40


class Kind(StrEnum):
    """What a labelled container is for."""

    HOST = "host"
    FABRIC = "fabric"
    HELPER = "helper"
    PROBER = "prober"
    CAPTURE = "capture"
    LOCK = "lock"


def check_lab(name: str) -> str:
    """`name` when it can name a lab. BadInput otherwise."""
    if not _WORD.fullmatch(name) or len(name) > _LONGEST:
        raise BadInput(
            f"{name!r} cannot name a lab",
            fix=f"use up to {_LONGEST} small letters and digits, with single hyphens between words",
        )
    return name


def check_host(name: str) -> str:
    """`name` when it can name a host of a lab. BadInput otherwise."""
    if not _WORD.fullmatch(name) or len(name) > _LONGEST or name in _RESERVED:
        raise BadInput(
            f"{name!r} cannot name a host",
            fix=f"use small letters, digits and single hyphens; not {' or '.join(sorted(_RESERVED))}",
        )
    return name


def container_name(lab: str, host: str) -> str:
    """Two hyphens part lab and host, and neither has two in a row: no two pairs share a name."""
    return f"sanso-{lab}--{host}"


def labels(lab: str, kind: Kind, *, host: str = "", digest: str = "") -> dict[str, str]:
    """The labels of one container."""
    own = {LAB: lab, KIND: kind.value, OWNER: owner()}
    if host:
        own[HOST] = host
    if digest:
        own[DIGEST] = digest
    return own


def owner() -> str:
    """Who uses the engine: user@machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"
