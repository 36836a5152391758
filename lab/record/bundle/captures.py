"""The probes' frames as pcapng: one interface per fabric port, nanoseconds, direction, and the observation as comment."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pcapng import FileWriter, blocks

from lab.record.model import Observation

ETHERNET = 1
NANOSECONDS = b"\x09"
INBOUND, OUTBOUND = 1, 2  # epb_flags


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
    with warnings.catch_warnings():
        # python-pcapng's own schema leaves the type of if_tsresol open, and warns whoever sets it
        warnings.filterwarnings("ignore", message="Field type should not be", category=DeprecationWarning)
        _write(stream, sorted(frames))


def _write(stream: BinaryIO, ordered: Sequence[Frame]) -> None:
    section = blocks.SectionHeader(options={"shb_userappl": "Sansō Lab"})
    numbers: dict[str, int] = {}
    for port in sorted({frame.port for frame in ordered}):
        options = {"if_name": port, "if_tsresol": NANOSECONDS}
        numbers[port] = section.new_member(
            blocks.InterfaceDescription, link_type=ETHERNET, snaplen=0, options=options
        ).interface_id
    writer = FileWriter(stream, section)
    for frame in ordered:
        packet = section.new_member(
            blocks.EnhancedPacket,
            interface_id=numbers[frame.port],
            timestamp_high=frame.at_ns >> 32,
            timestamp_low=frame.at_ns & 0xFFFFFFFF,
            packet_data=frame.data,
            packet_len=len(frame.data),
            options={
                "opt_comment": f"{frame.observation} {frame.direction} {frame.port}",
                "epb_flags": INBOUND if frame.direction == "from" else OUTBOUND,
            },
        )
        writer.write_block(packet)
