"""A packet's way out of an observation: ports in order, under each the rules that its host applied."""

from __future__ import annotations

from lab.record import Application, Attempt, Observation, TraceStep
from lab.report.explanation.model import Rule, Step, Way

PROBE = " sanso_probe"  # the table of the lab's own trace rules


def way_of(seen: Observation | Application) -> Way | None:
    """The way, or None of what was seen nowhere."""
    if not seen.sightings and not seen.trace:
        return None
    began = seen.sightings[0].at_ns if seen.sightings else 0
    told: set[str] = set()
    steps = []
    for sighting in seen.sightings:
        host = sighting.port.partition(".")[0]
        first = sighting.direction == "to" and host not in told
        if first:
            told.add(host)
        rules = tuple(rule_of(step) for step in own(seen) if step.device == host) if first else ()
        steps.append(Step((sighting.at_ns - began) / 1e6, sighting.port, sighting.direction, rules))
    answer = seen.answer if isinstance(seen, Observation) else detail(seen)
    delivered = isinstance(seen, Application) and seen.ok
    return Way(seen.id, packet(seen.attempt), seen.attempt.intruder_segment or "", tuple(steps), answer, delivered)


def own(seen: Observation | Application) -> list[TraceStep]:
    """The trace without the probe's own rules."""
    return [step for step in seen.trace if not step.table.endswith(PROBE)]


def rule_of(step: TraceStep) -> Rule:
    """A line of the trace as a rule."""
    return Rule(step.device, step.table, step.chain, step.rule, step.verdict, step.handle)


def packet(attempt: Attempt) -> str:
    """The packet in one line, as the verdicts name it."""
    service = attempt.protocol.value if attempt.port is None else f"{attempt.protocol.value}/{attempt.port}"
    return f"{attempt.family.value} {service} {attempt.source} -> {attempt.destination} ({attempt.address})"


def detail(seen: Application) -> str:
    """What a real client got, in one line."""
    return ", ".join(f"{key}: {value}" for key, value in seen.detail.items() if isinstance(value, (str, int, bool)))
