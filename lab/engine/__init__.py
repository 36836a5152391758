"""Engine: turns a Plan into running, wired containers, tells how they drifted from it, and removes them.

The only room that talks to Docker, through its API alone: images, containers, links, lock and removal by label.
"""

import lab.engine.sdk  # noqa: F401 - for what it does; it has to come before the SDK
from lab.engine.doctor import examine
from lab.engine.engine import Engine, connect
from lab.engine.lab import Lab
from lab.engine.model import Drift, DriftKind, Finding, Health, ImageFound, Images, LabSummary, Removed
from lab.engine.state import Ask
from lab.engine.stream import ExecStream

__all__ = [
    "Ask",
    "Drift",
    "DriftKind",
    "Engine",
    "ExecStream",
    "Finding",
    "Health",
    "ImageFound",
    "Images",
    "Lab",
    "LabSummary",
    "Removed",
    "connect",
    "examine",
]
