"""Record: what was seen and what it means, as frozen values, and the evidence bundle they live in."""

from lab.record.craft import Craft, Inner, Shape
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
from lab.record.train import Event, Place, Replay, Train

__all__ = [
    "Application",
    "Attempt",
    "Craft",
    "Event",
    "Inner",
    "Observation",
    "Place",
    "Replay",
    "Shape",
    "Sighting",
    "State",
    "TraceStep",
    "Train",
    "Verdict",
    "Warrant",
]
