"""The VPN client that is no host of the lab, as the suites see it: credentials and proposals in, its own account out."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lab.engine import Engine, ExecStream, Lab
from lab.errors import LabError
from lab.plan import Image
from lab.probe.shipped import command, programs

# its namespace and cable; the tunnel's interface and routes; ports below 1024
CAPABILITIES = ("NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW", "SYS_ADMIN")
DEVICES = ("/dev/net/tun",)
_SPI = re.compile(r"CHILD_SA .* established with SPIs \S+_i ([0-9a-f]{8})_o")
_PATIENCE = 30.0  # seconds beyond an order's own


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of one attempt to get in. `said`: the client's own account, line by line."""

    said: tuple[str, ...]
    installed: bool  # it has a CHILD_SA
    rekeyed: bool = False  # and a second one after it
    exchanged: bool = False  # which was made with a key exchange of its own


@dataclass(frozen=True, slots=True)
class Held:
    """A tunnel that is held open: what its client may seal packets with by hand. The key is never shown."""

    entry: Entry
    spi: int
    key: bytes = field(repr=False)


class Outsider:
    """One client on one cable."""

    def __init__(self, stream: ExecStream, segment: str, next_hop: str, addresses: Sequence[str]) -> None:
        self._stream, self._buffer, self._noise = stream, b"", b""
        self._order({"segment": segment, "next_hop": next_hop, "addresses": list(addresses)}, 5.0)

    def tried(
        self, files: Mapping[str, str], *, rekey: bool = False, meanwhile: Callable[[], object] | None = None
    ) -> Entry:
        """Try with these files below /etc/swanctl. `rekey`: ask for keys anew as well, which takes a key exchange of its own.

        `meanwhile` is called while its tunnel, if it got one, is open. LabError if the client itself doesn't run.
        """
        told = self._order({"files": dict(files), "rekey": rekey, "hold": meanwhile is not None}, 20.0)
        if meanwhile is not None:
            try:
                meanwhile()
            finally:
                self._order({"release": True}, 5.0)
        children = "".join(told["sa"]).partition("child-sas")[2]
        said = tuple(told["said"])
        made = sum("CHILD_SA net{" in line and " established with" in line for line in said)
        # one that was ended at once, because its like came back, had been there all the same
        return Entry(said, made > 0 or "state=INSTALLED" in children, made > 1, made > 1 and "dh-group=" in children)

    @contextmanager
    def held(self, files: Mapping[str, str], *, stays: bool = False) -> Iterator[Held]:
        """The same attempt, whose tunnel stays while the block runs. LabError if none came about.

        `stays`: the client asks the gateway nothing once it is in: it won't log in anew, whatever it is told, and not let go.
        """
        told = self._order({"files": dict(files), "rekey": False, "hold": True, "stays": stays}, 20.0)
        try:
            spi = _SPI.search("\n".join(reversed(told["said"])))
            if spi is None or not told["key"]:
                last = "".join(told["said"][-1:])
                raise LabError(f"the outside VPN client has no tunnel, or its key isn't told: {last}", fix="lab status")
            yield Held(Entry(tuple(told["said"]), installed=True), int(spi[1], 16), bytes.fromhex(told["key"]))
        finally:
            self._order({"release": True}, 5.0)

    def send(self, datagrams: Sequence[bytes], address: str, port: int) -> None:
        """Datagrams from the client's own side to an address, as they are."""
        self._order({"send": [one.hex() for one in datagrams], "to": [address, port]}, 5.0)

    def close(self) -> None:
        self._stream.close()

    def _order(self, order: dict[str, Any], wait: float) -> dict[str, Any]:
        self._stream.sendall(json.dumps(order).encode() + b"\n")
        deadline = time.monotonic() + wait + _PATIENCE
        while b"\n" not in self._buffer:
            try:
                kind, piece = next(self._stream.frames(deadline - time.monotonic()))
            except (StopIteration, TimeoutError) as error:
                last = self._noise.decode(errors="replace").strip().splitlines()[-1:]
                raise LabError(f"the outside VPN client ended or hangs: {''.join(last)}", fix="lab status") from error
            if kind == 1:
                self._buffer += piece
            else:
                self._noise = (self._noise + piece)[-4096:]
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise LabError(f"the outside VPN client could not do it: {answer['error']}", fix="lab doctor")
        return answer


@contextmanager
def outsider(
    engine: Engine, lab: Lab, *, segment: str, next_hop: str, addresses: Sequence[str], deadline: float = 600.0
) -> Iterator[Outsider]:
    """A client on `segment` whose frames all go to the card `next_hop`; gone with the block. LabError if it can't be."""
    stream = engine.open_helper(
        lab,
        argv=command("outsider", str(deadline)),
        files=programs(),
        capabilities=CAPABILITIES,
        image=Image.PATH,
        devices=DEVICES,
    )
    try:
        yield Outsider(stream, segment, next_hop, addresses)
    finally:
        stream.close()
