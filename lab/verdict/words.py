"""The nouns of the messages: packets, ports, rules. Sentences stand where they are decided."""

from __future__ import annotations

from collections.abc import Iterable

from lab.record import Application, Attempt, Observation, Sighting

Seen = Observation | Application
MANY = 4


def service(attempt: Attempt) -> str:
    """tcp/443, icmp echo."""
    return f"{attempt.protocol} echo" if attempt.port is None else f"{attempt.protocol}/{attempt.port}"


def packet(attempt: Attempt) -> str:
    """ipv4 tcp/443 lg-term -> mn-app (10.10.0.10), and from where it really came."""
    text = f"{attempt.family} {service(attempt)} {attempt.source} -> {attempt.destination} ({attempt.address})"
    if attempt.source_port is not None:
        text += f" from source port {attempt.source_port}"
    if attempt.intruder_segment is not None:
        text += f", sent by an intruder on {attempt.intruder_segment}"
        if attempt.intruder_source is not None:
            text += f" as {attempt.intruder_source}"
        if attempt.intruder_mac is not None:
            text += f" with MAC {attempt.intruder_mac}"
    return text


def ports(sightings: Iterable[Sighting]) -> str:
    """juki-net.juki-net/to, ... in the order of seeing, the first few."""
    names = list(dict.fromkeys(f"{s.port}/{s.direction}" for s in sightings))
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return ", ".join(names[:MANY]) + more


def way(sightings: Iterable[Sighting]) -> str:
    """lg-term.lg/from > fw-lg.lg/to > ..."""
    return " > ".join(f"{s.port}/{s.direction}" for s in sightings) or "nowhere"


def host_of(port: str) -> str:
    """The host of a fabric port HOST.SEGMENT."""
    return port.split(".", 1)[0]


def segment_of(port: str) -> str:
    """The segment of a fabric port HOST.SEGMENT."""
    return port.split(".", 1)[1]
