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

__all__ = ["Application", "Attempt", "Observation", "Sighting", "State", "TraceStep", "Verdict", "Warrant"]
