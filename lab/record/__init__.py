"""Record: what was seen and what it means, as frozen values, and the evidence bundle they live in."""

from lab.record.model import (
    Application,
    Attempt,
    Observation,
    Sighting,
    State,
    TraceStep,
    Verdict,
    Warrant,
)
from lab.record.train import Event, Place, Train

__all__ = [
    "Application",
    "Attempt",
    "Event",
    "Observation",
    "Place",
    "Sighting",
    "State",
    "TraceStep",
    "Train",
    "Verdict",
    "Warrant",
]
