"""The frames of a run as pcapng, one file per segment; each packet's interface is its fabric port."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import BinaryIO

from pcapng import FileWriter, blocks

from lab.record.model import Observation

_ETHERNET = 1
_NANOSECONDS = 9


class Captures:
    """Collects frames by segment and writes the files at the end: a pcapng section names its interfaces first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._frames: dict[str, list[tuple[int, str, str, bytes]]] = {}

    def add(self, seen: Observation) -> None:
        """Take the frames of one observation."""
        for sighting, frame in zip(seen.sightings, seen.frames, strict=False):
            segment = sighting.port.rpartition(".")[2]
            note = f"{seen.id} {sighting.direction} {sighting.port}"
            self._frames.setdefault(segment, []).append((sighting.at_ns, sighting.port, note, base64.b64decode(frame)))

    def close(self) -> None:
        """Write one file per segment."""
        if self._frames:
            self._folder.mkdir(parents=True, exist_ok=True)
        for segment, frames in sorted(self._frames.items()):
            with (self._folder / f"{segment}.pcapng").open("wb") as file:
                _write(file, sorted(frames))


def _write(file: BinaryIO, frames: list[tuple[int, str, str, bytes]]) -> None:
    section = blocks.SectionHeader(options={"shb_userappl": "sanso-lab"})
    number = {}
    for port in sorted({port for _, port, _, _ in frames}):
        number[port] = len(number)
        section.new_member(
            blocks.InterfaceDescription,
            link_type=_ETHERNET,
            snaplen=2048,
            options={"if_name": port, "if_tsresol": bytes([_NANOSECONDS])},
        )
    writer = FileWriter(file, section)
    for at, port, note, frame in frames:
        packet = section.new_member(blocks.EnhancedPacket, options={"opt_comment": note})
        packet.interface_id = number[port]
        packet.timestamp_high, packet.timestamp_low = at >> 32, at & 0xFFFFFFFF
        packet.packet_data = frame
        writer.write_block(packet)
