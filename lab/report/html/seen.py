"""What a verdict rests on, found by its id: observations, real clients' exchanges, trains."""

from __future__ import annotations

from lab.record import Application, Attempt, Observation, Train
from lab.record.bundle import Bundle

Seen = Observation | Application | Train


def seen_by_id(bundle: Bundle) -> dict[str, Seen]:
    """Everything that was seen in a run, by its id."""
    return {one.id: one for kind in (bundle.observations, bundle.applications, bundle.trains) for one in kind}


def arrived(seen: Seen) -> bool:
    """True if the destination got it, or answered."""
    target = seen.attempt.destination + "."
    if isinstance(seen, Train):
        return any(place.direction == "to" and place.port.startswith(target) for place in seen.places)
    if isinstance(seen, Observation) and seen.answer in {"connected", "replied"}:
        return True
    if isinstance(seen, Application) and seen.ok:
        return True
    return any(one.direction == "to" and one.port.startswith(target) for one in seen.sightings)


def service(attempt: Attempt) -> str:
    """tcp/443, icmp; "crafted" for a packet that no socket sends."""
    if attempt.craft is not None:
        return "crafted"
    return attempt.protocol.value if attempt.port is None else f"{attempt.protocol.value}/{attempt.port}"
