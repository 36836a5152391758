"""The layout of a bundle, and a bundle that was read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.plan import Plan
from lab.record.model import Application, Observation, Verdict
from lab.record.train import Train

FORMAT = 1  # raised when an older reader would misread a newer bundle
MANIFEST = "MANIFEST.sha256"
RUN = "run.json"
PLAN = "plan.json"
VERDICTS = "verdicts.jsonl"
OBSERVATIONS = "observations.jsonl"
APPLICATIONS = "applications.jsonl"
TRAINS = "trains.jsonl"
CAPTURES = "captures"  # captures/SEGMENT.pcapng
HOSTS = "hosts"
PART = ".part"  # suffix of a file that is still being written


@dataclass(frozen=True, slots=True)
class Bundle:
    """One run's evidence, checked against its hash list. Frames are in `captures/`, not in the observations."""

    directory: Path
    run: dict[str, Any]
    verdicts: tuple[Verdict, ...]
    observations: tuple[Observation, ...]
    applications: tuple[Application, ...]
    trains: tuple[Train, ...] = ()
    plan: Plan | None = None  # None: a bundle from before the plan was kept; overlays are digests
