"""A packet's way as one list: where it was seen, in order, and what each firewall's rules did with it there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Application, Observation, Sighting, TraceStep, Train
from lab.report.html.seen import Seen

OWN_TABLE = "sanso_probe"  # the lab's own trace table: it watches and decides nothing

ENDS = frozenset({"drop", "reject"})


@dataclass(frozen=True, slots=True)
class Port:
    """The packet at a fabric port. `after_ns`: since it was first seen."""

    host: str
    segment: str
    direction: str  # "from" the host, "to" it
    after_ns: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A step of a firewall's trace."""

    device: str
    chain: str  # "inet sanso forward"
    text: str  # "" for a policy
    verdict: str

    @property
    def ends(self) -> bool:
        """True if the step stopped the packet."""
        return self.verdict in ENDS


Step = Port | Rule


def way(seen: Seen) -> tuple[Step, ...]:
    """Ports by time; a firewall's rules stand after the port that brought the packet there."""
    if isinstance(seen, Train):
        return _places(seen)
    ports = sorted(seen.sightings, key=lambda one: one.at_ns)
    began = ports[0].at_ns if ports else 0
    rules = _rules(seen)
    steps: list[Step] = []
    for one in ports:
        here = _port(one, began)
        steps.append(here)
        if here.direction == "to":
            steps += rules.pop(here.host, ())
    for left in rules.values():  # a trace of a device that was not seen to get it
        steps += left
    return tuple(steps)


def _port(one: Sighting, began: int) -> Port:
    host, _, segment = one.port.partition(".")
    return Port(host, segment, one.direction, one.at_ns - began)


def _rules(seen: Observation | Application) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for step in seen.trace:
        if OWN_TABLE not in step.table:
            found.setdefault(step.device, []).append(_rule(step))
    return found


def _rule(step: TraceStep) -> Rule:
    return Rule(step.device, f"{step.table} {step.chain}", step.rule, step.verdict)


def _places(train: Train) -> tuple[Port, ...]:
    """Of a train: where its first packet was seen at each port."""
    firsts = sorted((place.at_us[0], place.port, place.direction) for place in train.places if place.at_us)
    return tuple(Port(*_split(port), direction, at * 1000) for at, port, direction in firsts)


def _split(port: str) -> tuple[str, str]:
    host, _, segment = port.partition(".")
    return host, segment


def segments(seen: Seen) -> Sequence[str]:
    """The segments that it was seen on, each once: their captures hold its frames."""
    ports = [place.port for place in seen.places] if isinstance(seen, Train) else [one.port for one in seen.sightings]
    return tuple(dict.fromkeys(_split(port)[1] for port in ports))
