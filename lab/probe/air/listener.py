"""A capture of every frame of every radio, by the one host of the guest that hears them all; or of one host's interface."""

from __future__ import annotations

import re
import secrets
import shlex
from typing import Self

from lab.errors import LabError
from lab.reach import Channel

INTERFACE = "hwsim0"
SNAP = 2500  # bytes of a frame: more than any has; a larger slot would leave room for fewer
_PATIENCE = 60.0  # seconds for a command; under emulation a program takes its time
_START = (
    "( tcpdump -i {interface} --immediate-mode -U -s {snap} -B 8192 -Z root -w {file} "
    "</dev/null >{file}.said 2>&1 & echo $! >{file}.pid ); "
    "timeout 50 sh -c 'until grep -q listening {file}.said; do usleep 20000; done'"
)
# grep of the guest ends a line at a zero byte
_HEARD = (
    'timeout {seconds} sh -c \'until tr -d "\\000" <"$1" | grep -qF -e "$0"; do usleep 100000; done\' {text} {file}'
)
# each frame is in the file as soon as it was heard: nothing is left in a buffer of the kernel
_STOP = "kill $(cat {file}.pid) && timeout 50 sh -c 'until grep -q \"dropped by kernel\" {file}.said; do usleep 20000; done'"


class Listener:
    """One capture. Use it as a context manager: `with Listener(channel) as air: ...; raw = air.stop()`."""

    def __init__(self, channel: Channel, interface: str = INTERFACE) -> None:
        self._channel, self._interface = channel, interface
        self._file = f"/tmp/air-{secrets.token_hex(4)}.pcap"  # noqa: S108 - a host of the lab's own
        self._running = False

    def __enter__(self) -> Self:
        try:
            self._must(_START, "could not begin")
        except LabError:
            self._channel.run(f"kill $(cat {self._file}.pid) 2>/dev/null; rm -f {self._file}*", timeout=_PATIENCE)
            raise
        self._running = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._running:
            self.stop()

    def awaits(self, text: str, seconds: int) -> None:
        """Wait until that text, of letters and the like, was heard in clear. LabError if it isn't."""
        line = _HEARD.format(seconds=seconds, text=shlex.quote(text), file=self._file)
        done = self._channel.run(line, timeout=seconds + _PATIENCE)
        if done.rc:
            raise LabError(f"the listener on the air did not hear {text!r} within {seconds} s")

    def stop(self) -> bytes:
        """End it; the capture as pcap. LabError if the listener died or lost frames."""
        self._running = False
        self._must(_STOP, "did not end")
        said = (
            self._channel.run(["cat", f"{self._file}.said"], timeout=_PATIENCE).check().stdout.decode(errors="replace")
        )
        raw = self._channel.run(["cat", self._file], timeout=_PATIENCE).check().stdout
        self._channel.run(f"rm -f {self._file}*", timeout=_PATIENCE)
        if not re.search(r"(?m)^0 packets dropped by kernel", said):
            raise LabError(
                f"the listener on the air lost frames: {'; '.join(said.split(chr(10)))}",
                fix="try again on a quieter machine",
            )
        return raw

    def _must(self, line: str, failure: str) -> None:
        done = self._channel.run(line.format(interface=self._interface, file=self._file, snap=SNAP), timeout=_PATIENCE)
        if done.rc:
            said = (
                self._channel.run(f"cat {self._file}.said", timeout=_PATIENCE).stdout.decode(errors="replace").strip()
            )
            raise LabError(f"the listener on the air {failure}: {said or done.stderr.decode(errors='replace').strip()}")
