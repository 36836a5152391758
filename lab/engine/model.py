"""What the engine tells about labs: summaries, removals, drift and findings, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lab.plan import Image

Images = Mapping[Image, str]  # kind -> reference (or id) of the image that this lab is made from


@dataclass(frozen=True, slots=True)
class LabSummary:
    """One lab on this engine, as its labels tell it."""

    name: str
    owner: str  # user@machine that created it
    created: int  # seconds since 1970
    containers: int
    running: int
    complete: bool  # creation went to its end
    holder: str  # who holds its lock and what for; empty when it is free


@dataclass(frozen=True, slots=True)
class Removed:
    """What `down` took away."""

    containers: int
    networks: int
    volumes: int


@dataclass(frozen=True, slots=True)
class ImageFound:
    """One of the lab's images on this engine."""

    tag: str
    id: str
    size: int  # bytes, with what it shares with others
    created: int  # seconds since 1970
    wanted: bool  # this version of the lab uses it
    containers: int  # made from it, running or not


class DriftKind(StrEnum):
    """How something differs from the plan or from the recorded state."""

    MISSING = "missing"
    STOPPED = "stopped"
    PAUSED = "paused"
    RESTARTED = "restarted"
    IMAGE = "image"
    WIRING = "wiring"
    FOREIGN = "foreign"
    ADDRESSES = "addresses"
    ROUTES = "routes"
    SYSCTLS = "sysctls"
    NAMES = "names"
    RULESET = "ruleset"
    FILES = "files"
    SERVICES = "services"
    UNRECORDED = "unrecorded"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. `needs_converge`: `Lab.repair` leaves it, a converge mends it."""

    kind: DriftKind
    host: str  # or "fabric", or a segment
    detail: str
    needs_converge: bool = False

    def __str__(self) -> str:
        left = " (a converge restores it)" if self.needs_converge else ""
        return f"{self.host}: {self.kind}: {self.detail}{left}"


class Health(StrEnum):
    """How well a finding of `examine` speaks for this machine."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `lab doctor`."""

    status: Health
    what: str
    fix: str = ""
