"""Progress events: the rooms tell, the CLI draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One step of long work."""

    stage: str  # "image", "create", "wire", "converge", "verify", "down", ...
    subject: str  # host, image, control
    status: str  # "start" | "done" | "failed" | "info"
    detail: str = ""


Progress = Callable[[Event], None]


def silent(_event: Event) -> None:
    """A Progress that draws nothing."""
