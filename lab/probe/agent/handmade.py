"""Frames as they are, out of a host's own card: what a host that somebody has taken over could say on its segment."""

from __future__ import annotations

import socket
import time
from typing import Any

from lab.probe.agent.namespace import inside

BURST, PAUSE = 50, 0.002  # frames, seconds: the kernel's queues hold so many, each for every port of a segment


def say(order: dict[str, Any], hosts: dict[str, int]) -> dict[str, Any]:
    """Send all `parcels` ({"host", "interface", "frames": [hex]}), then wait `wait` seconds for what comes of them.

    OSError if a card doesn't take one, KeyError for a host that isn't in the lab.
    """
    sent = 0
    for parcel in order["parcels"]:
        with inside(hosts[parcel["host"]]), socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as card:
            card.bind((parcel["interface"], 0))
            for frame in parcel["frames"]:
                card.send(bytes.fromhex(frame))
                sent += 1
                if sent % BURST == 0:
                    time.sleep(PAUSE)
    time.sleep(order["wait"])
    return {"sent": sent}
