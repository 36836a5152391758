"""What RADIUS servers say about a certificate that they refuse, as it comes into the central log."""

from __future__ import annotations

import time

from lab.engine import Engine, Lab
from lab.operate.logs import STORE
from lab.reach import open_channel

DEADLINE = 15.0  # seconds for a terminal that was there to ask again
PAUSE = 0.2


class Refusals:
    """What the RADIUS servers have said in the central log since this was made."""

    def __init__(self, engine: Engine, lab: Lab, servers: list[str]) -> None:
        self._engine, self._lab = engine, lab
        self._stores = [host.name for host in lab.plan.hosts if "log_server" in host.roles][:1]
        self._files = [f"{STORE}/{server}.log" for server in servers]
        self._since = self._sizes()

    def of(self, identity: str, serial: str) -> str:
        """The reason of the first refusal of that certificate under its own name; "" if there is none in time."""
        words = f" refused: identity={identity} serial={serial} "
        until = time.monotonic() + DEADLINE
        while self._stores and time.monotonic() < until:
            with open_channel(self._engine, self._lab, self._stores[0]) as channel:
                for file, size in zip(self._files, self._since, strict=True):
                    told = channel.run(["tail", "-c", f"+{size + 1}", file]).stdout.decode(errors="replace")
                    for line in told.splitlines():
                        if words in line:
                            return line.partition(" reason=")[2]
            time.sleep(PAUSE)
        return ""

    def _sizes(self) -> list[int]:
        """Bytes of each file so far; 0 of one that isn't there."""
        if not self._stores:
            return [0 for _ in self._files]
        with open_channel(self._engine, self._lab, self._stores[0]) as channel:
            told = [channel.run(["stat", "-c", "%s", file]) for file in self._files]
        return [int(one.stdout) if one.rc == 0 else 0 for one in told]
