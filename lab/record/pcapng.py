"""Packets as pcapng, one after the other: an interface per fabric port, nanoseconds, and the direction.

Shared by the evidence bundle, which sorts what it has, and by `lab capture`, which writes what comes.
"""

from __future__ import annotations

import io
import warnings

from pcapng import FileWriter, blocks

ETHERNET = 1
NANOSECONDS = b"\x09"
INBOUND, OUTBOUND = 1, 2  # epb_flags: "from" a host came into the fabric, "to" it went out


class Pcapng:
    """Gives bytes: the section's head first, then each packet's, an interface in front of its first packet.

    `link`: the link type of all its interfaces.
    """

    def __init__(self, link: int = ETHERNET) -> None:
        self._stream = io.BytesIO()
        self._section = blocks.SectionHeader(options={"shb_userappl": "Sansō Lab"})
        self._writer = FileWriter(self._stream, self._section)
        self._link = link
        self._numbers: dict[str, int] = {}

    def head(self) -> bytes:
        """What a file begins with."""
        return self._taken()

    def interface(self, port: str) -> bytes:
        """The description of a port; nothing if it has been described."""
        if port not in self._numbers:
            with warnings.catch_warnings():
                # python-pcapng's own schema leaves the type of if_tsresol open, and warns whoever sets it
                warnings.filterwarnings("ignore", message="Field type should not be", category=DeprecationWarning)
                block = self._section.new_member(
                    blocks.InterfaceDescription,
                    link_type=self._link,
                    snaplen=0,
                    options={"if_name": port, "if_tsresol": NANOSECONDS},
                )
                self._numbers[port] = block.interface_id
                self._writer.write_block(block)
        return self._taken()

    def packet(
        self, at_ns: int, port: str, direction: str, data: bytes, *, length: int | None = None, comment: str = ""
    ) -> bytes:
        """One packet of a port that was described. `length`: on the wire (default: that of `data`)."""
        flags = {"from": INBOUND, "to": OUTBOUND}.get(direction)  # on the air there is no direction
        options: dict[str, int | str] = {} if flags is None else {"epb_flags": flags}
        block = self._section.new_member(
            blocks.EnhancedPacket,
            interface_id=self._numbers[port],
            timestamp_high=at_ns >> 32,
            timestamp_low=at_ns & 0xFFFFFFFF,
            packet_data=data,
            packet_len=len(data) if length is None else length,
            options={"opt_comment": comment, **options} if comment else options,
        )
        self._writer.write_block(block)
        return self._taken()

    def _taken(self) -> bytes:
        data = self._stream.getvalue()
        self._stream.seek(0)
        self._stream.truncate()
        return data
