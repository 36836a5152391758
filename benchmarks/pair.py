"""Two labs of one scenario at once, with the same addresses: up, verify and down, round after round, as two people would."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import host
from machine import SCENARIO, call
from verifies import verified

NAMES = ("soak-a", "soak-b")
SECONDS = 3600.0  # of rounds, in all
Entry = dict[str, Any]


def round_of_two(_number: int) -> Entry:
    """One round of both. `labs`: name -> exit codes, what was judged, what is left afterwards."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(NAMES)) as pool:
        labs = dict(zip(NAMES, pool.map(_life, NAMES), strict=True))
    return {"seconds": round(time.monotonic() - began, 1), "labs": labs}


def _life(name: str) -> Entry:
    up = call("up", str(SCENARIO), "--lab", name, expect=(0, 1, 2, 3))
    told = verified(name) if up.code == 0 else {"exit": 2, "digest": "", "wrong": []}
    down = call("down", "--lab", name, expect=(0, 1, 2, 3))
    said = up.err[-500:] if up.code else down.err[-500:] if down.code else ""
    return {"up": up.code, **told, "down": down.code, "said": said, "left": host.gone(lambda: host.objects(name))}


def spent(rounds: list[Entry]) -> float:
    """Seconds of all rounds so far."""
    return float(sum(one["seconds"] for one in rounds))


def problems(rounds: list[Entry]) -> list[str]:
    """What didn't hold; empty if all did."""
    found = []
    for number, one in enumerate(rounds):
        for name, life in one["labs"].items():
            if life["up"] or life["exit"] or life["down"] or life["left"]:
                found.append(f"two labs, round {number}: {name}: {life}")
    judged = {life["digest"] for one in rounds for life in one["labs"].values() if not life["exit"]}
    if len(judged) > 1:
        found.append("two labs: their verifies don't agree")
    return found
