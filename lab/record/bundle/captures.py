"""The probes' frames as pcapng: one interface per fabric port, nanoseconds, direction, and the observation as comment."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from lab.record.model import Observation
from lab.record.pcapng import Pcapng


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """One frame as the tap saw it."""

    at_ns: int
    port: str
    direction: str  # "from" the host: it came into the fabric; "to" it: it went out
    data: bytes
    observation: str

    @property
    def segment(self) -> str:
        """The segment of its port HOST.SEGMENT."""
        return self.port.partition(".")[2] or self.port


def frames_of(observation: Observation) -> list[Frame]:
    """The frames that an observation carries, one per sighting."""
    pairs = zip(observation.sightings, observation.frames, strict=False)
    return [
        Frame(seen.at_ns, seen.port, seen.direction, base64.b64decode(frame), observation.id)
        for seen, frame in pairs
        if frame
    ]


def write_pcapng(stream: BinaryIO, frames: Iterable[Frame]) -> None:
    """Write frames in the order of time."""
    ordered, file = sorted(frames), Pcapng()
    stream.write(file.head())
    stream.writelines(file.interface(port) for port in sorted({frame.port for frame in ordered}))
    for frame in ordered:
        comment = f"{frame.observation} {frame.direction} {frame.port}"
        stream.write(file.packet(frame.at_ns, frame.port, frame.direction, frame.data, comment=comment))
