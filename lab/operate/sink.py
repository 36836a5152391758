"""Where captured packets go: a pcapng file, a pipe to a program that reads one, or lines."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from lab.errors import BadInput, LabError
from lab.probe import Packet
from lab.record.pcapng import ETHERNET, Pcapng

STDOUT = Path("-")


class Sink(Protocol):
    """Takes packets. BrokenPipeError when nobody reads them any more, LabError when they can't be kept."""

    def begin(self, ports: tuple[str, ...]) -> None:
        """Tell what is captured, before the first packet."""

    def take(self, packet: Packet) -> int:
        """Hand one on, at once; how many bytes it took."""

    def fileno(self) -> int:
        """What has an error when the reader goes; -1 if nobody can."""

    def close(self, *, empty: bool) -> None:
        """The end. `empty`: nothing had begun, so no trace is left."""


class Lines:
    """Each packet is shown as it comes."""

    def __init__(self, show: Callable[[Packet], None]) -> None:
        self._show = show

    def begin(self, ports: tuple[str, ...]) -> None:
        """Nothing stands before the lines."""

    def take(self, packet: Packet) -> int:
        self._show(packet)
        return len(packet.data)

    def fileno(self) -> int:
        try:
            return sys.stdout.fileno()
        except OSError:  # not a file at all
            return -1

    def close(self, *, empty: bool) -> None:
        """Nothing is held."""


class File:
    """pcapng on a descriptor: whole blocks and nothing else, also when the disk is full."""

    def __init__(self, descriptor: int, name: str, link: int) -> None:
        self._descriptor, self._name, self._file = descriptor, name, Pcapng(link)
        self._regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        self._good, self._count = 0, 0

    def begin(self, ports: tuple[str, ...]) -> None:
        self._write(self._file.head() + b"".join(self._file.interface(port) for port in ports))

    def take(self, packet: Packet) -> int:
        block = self._file.interface(packet.port) + self._file.packet(
            packet.at_ns, packet.port, packet.direction, packet.data, length=packet.length
        )
        self._write(block)
        self._count += 1
        return len(block)

    def fileno(self) -> int:
        return -1 if self._regular else self._descriptor

    def close(self, *, empty: bool) -> None:
        os.close(self._descriptor)
        if empty and self._regular:
            with suppress(FileNotFoundError):
                Path(self._name).unlink()

    def _write(self, block: bytes) -> None:
        rest = memoryview(block)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except BrokenPipeError:
            raise
        except OSError as error:
            if self._regular:  # half a block would make the whole file look damaged
                with suppress(OSError):
                    os.ftruncate(self._descriptor, self._good)
            raise LabError(
                f"cannot write on: {error.strerror}; the first {self._count} packets are whole in it",
                where=self._name,
                fix="make room, or write to another disk: -w FILE",
            ) from error
        self._good += len(block)


def open_sink(file: Path | None, show: Callable[[Packet], None], link: int = ETHERNET) -> Sink:
    """None: lines; "-": stdout; a new file, or a named pipe or device that is there. BadInput if it can't be."""
    if file is None:
        return Lines(show)
    if file == STDOUT:
        if sys.stdout.isatty():
            raise BadInput(
                "a capture is no text for a terminal",
                fix="lab capture ... -w - | wireshark -k -i -, or leave -w out for one line per packet",
            )
        return File(os.dup(sys.stdout.fileno()), "stdout", link)
    try:
        if file.exists() and not file.is_dir() and not file.is_file():
            return File(os.open(file, os.O_WRONLY), str(file), link)
        return File(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), str(file), link)
    except FileExistsError:
        raise BadInput(
            "is there already, and a capture overwrites nothing", where=str(file), fix="choose another name"
        ) from None
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror}", where=str(file), fix="choose a folder that is there and yours"
        ) from error
