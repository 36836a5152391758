"""Seconds for creating, comparing and removing the wired lab: `.venv/bin/python benchmarks/engine.py [RUNS]`.

Prints min and median of each; on a machine with other work the minimum is the one to compare.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from lab import catalogue, plan, scenario
from lab.engine import connect

SCENARIO = Path(__file__).parents[1] / "scenarios" / "minimal.yaml"


def main(runs: int) -> None:
    """Measure `runs` labs one after another."""
    seconds: dict[str, list[float]] = {}

    def timed(what: str, action: Callable[[], object]) -> None:
        began = time.monotonic()
        action()
        seconds.setdefault(what, []).append(time.monotonic() - began)

    wanted = plan.build(scenario.load(SCENARIO, as_of=None), catalogue.load(), f"bench-{os.getpid()}")
    with connect() as engine:
        images = engine.ensure_images(wanted)
        for _ in range(runs):
            try:
                timed("create and wire", lambda: engine.create(wanted, images))
                lab = engine.find(wanted.lab)
                timed("record state", lab.record_state)
                lab.mark_complete()
                for _ in range(5):
                    timed("compare wiring", lab.wiring_drift)
                    timed("compare everything", lab.drift)
                timed("wire again", lab.wire)
            finally:
                timed("down", lambda: engine.down(wanted.lab))
    print(f"{len(wanted.hosts)} hosts, {len(wanted.segments)} segments, {runs} runs, load {os.getloadavg()[0]:.1f}")
    for what, measured in seconds.items():
        print(f"{what:20} min {min(measured):.2f} s  median {median(measured):.2f} s  (n={len(measured)})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
