"""The probes' frames as pcapng: one interface per fabric port, nanoseconds, direction, and the observation as comment."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from lab.record.model import Observation
from lab.record.pcapng import Pcapng
from lab.record.train import Train


@dataclass(frozen=True, slots=True)
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


def frames_of_train(train: Train) -> list[Frame]:
    """The first frame of a train at each place that it was seen at."""
    return [
        Frame(train.began_ns + place.at_us[0] * 1000, place.port, place.direction, base64.b64decode(frame), train.id)
        for place, frame in zip(train.places, train.frames, strict=False)
        if frame and place.at_us
    ]


class SegmentCapture:
    """The frames of one segment as they come. Each is packed at once, so that the end of a run needn't wait for it."""

    def __init__(self) -> None:
        self._file = Pcapng()
        self._head = [self._file.head()]
        self._packets: list[tuple[int, int, bytes]] = []  # when, number, packed

    def add(self, frame: Frame) -> None:
        """Take a frame, in any order of time."""
        self._head.append(self._file.interface(frame.port))
        comment = f"{frame.observation} {frame.direction} {frame.port}"
        packed = self._file.packet(frame.at_ns, frame.port, frame.direction, frame.data, comment=comment)
        self._packets.append((frame.at_ns, len(self._packets), packed))

    def content(self) -> bytes:
        """The whole file, its packets in the order of time."""
        return b"".join((*self._head, *(packed for _, _, packed in sorted(self._packets))))
