"""Beside testinfra's own way into a container: `python benchmarks/peers.py`. Writes benchmarks/results/peers-DATE.json.

The same commands on the same hosts of one running lab, by turns: over the lab's backend (one shell that stays open) and over
testinfra's `docker://` (a `docker exec` for each). What is compared is the way, not the check.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import testinfra
from machine import RESULTS, SCENARIO, call, describe

from lab.engine import connect
from lab.reach import open_channel
from lab.verify.backend import testinfra_host

NAME = "bench-peers"
HOSTS = ("mn-app", "fw-mn", "log")
ROUNDS = 20
COMMANDS = {
    "a command": "true",
    "a file's digest": "sha256sum /etc/hosts",
    "listening sockets": "ss -Hltn",
}
Run = Callable[[str], Any]


def timed(run: Run, command: str) -> float:
    """Milliseconds of one command that worked."""
    began = time.monotonic()
    done = run(command)
    spent = (time.monotonic() - began) * 1000
    if done.rc:
        raise RuntimeError(f"{command} ended with {done.rc}: {done.stderr}")
    return spent


def compared(ours: Run, theirs: Run, command: str) -> tuple[list[float], list[float]]:
    """Both ways by turns, so that whatever else the machine does meets both."""
    pairs = [(timed(ours, command), timed(theirs, command)) for _ in range(ROUNDS)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def measure() -> list[dict[str, Any]]:
    """Per command: minimum and median of each way, and the ratio of the medians."""
    spent: dict[str, tuple[list[float], list[float]]] = {what: ([], []) for what in COMMANDS}
    with connect() as engine:
        lab = engine.find(NAME)
        for host in HOSTS:
            with open_channel(engine, lab, host) as channel:
                ours = testinfra_host(host, lambda channel=channel: channel)
                theirs = testinfra.get_host(f"docker://{lab.container(host)}")
                for run in (ours.run, theirs.run):
                    run("true")  # opens what stays open
                for what, command in COMMANDS.items():
                    for kept, new in zip(spent[what], compared(ours.run, theirs.run, command), strict=True):
                        kept.extend(new)
    return [
        {
            "what": what,
            "count": len(ours),
            "lab": {"min": round(min(ours), 3), "median": round(statistics.median(ours), 3)},
            "docker": {"min": round(min(theirs), 3), "median": round(statistics.median(theirs), 3)},
            "ratio": round(statistics.median(theirs) / statistics.median(ours), 1),
        }
        for what, (ours, theirs) in spent.items()
    ]


def main() -> None:
    """Measure, print, and keep the result."""
    began = datetime.now(UTC)
    machine = describe()
    call("up", str(SCENARIO), "--lab", NAME)
    try:
        rows = measure()
    finally:
        call("down", "--lab", NAME, "--keys")
    for row in rows:
        print(f"{row['what']}: {row['lab']['median']} ms, docker:// {row['docker']['median']} ms: {row['ratio']} times")
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"peers-{began:%Y%m%dT%H%M%SZ}.json"
    content = {"date": began.date().isoformat(), "machine": machine, "rows": rows}
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"written: {file}")


if __name__ == "__main__":
    main()
