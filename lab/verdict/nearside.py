"""What lies in front of a device, on the plan's own way to it: everything else that a token is seen on is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from lab.plan import Plan, once, trail
from lab.record import Attempt, Observation, Sighting
from lab.verdict.words import host_of, segment_of

INTRUDER = "intruder"  # the host part of an intruder's fabric port


@dataclass(frozen=True, slots=True)
class NearSide:
    """The segments before the device, and the hosts that send the packet on there."""

    segments: frozenset[str]
    senders: frozenset[str]

    def holds(self, sighting: Sighting) -> bool:
        """True for a frame in front of the device. A bridge floods until it knows the way: every "to" there is in front."""
        near = segment_of(sighting.port) in self.segments
        return near and (sighting.direction == "to" or host_of(sighting.port) in self.senders)


@once
def near_side(plan: Plan, attempt: Attempt, device: str) -> NearSide:
    """Raises ValueError if the device is not on the plan's way of this attempt."""
    if attempt.intruder_segment is not None:
        return NearSide(frozenset({attempt.intruder_segment}), frozenset({INTRUDER}))
    steps = trail(plan, attempt.source, ip_address(attempt.address))
    if not steps:  # no way in the plan: whatever leaves the sender's own segments has gone astray
        own = frozenset(leg.segment for leg in plan.host(attempt.source).legs)
        return NearSide(own, frozenset({attempt.source}))
    before: list[str] = []
    for step in steps:
        before.append(step)
        if step.endswith("/to") and host_of(step) == device:
            ports = [each.rpartition("/")[0] for each in before]
            senders = {host_of(each) for each in before if each.endswith("/from")}
            return NearSide(frozenset(map(segment_of, ports)), frozenset(senders))
    raise ValueError(f"{device} is not on the way from {attempt.source} to {attempt.address}: {', '.join(steps)}")


def seen_behind(plan: Plan, observation: Observation, device: str) -> tuple[Sighting, ...]:
    """Sightings that the token can only have if it passed the device, or went round it."""
    near = near_side(plan, observation.attempt, device)
    return tuple(sighting for sighting in observation.sightings if not near.holds(sighting))
