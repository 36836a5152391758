"""Measure against the budgets: `python benchmarks/run.py [--only ID ...] [--repeat N] [--make-test]`.

Writes benchmarks/results/DATE.json and prints a table. Run it on a quiet machine, as the user who runs the lab. It uses a
lab named `bench` and removes it at the end. docs/performance.md is written from the newest result by page.py.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import page
from figures import FIGURES, LONG, NAME, WIRED_NAME, Figure, down
from machine import RESULTS, SCENARIO, call, describe, yardstick

NEEDS_A_LAB = {"up-unchanged", "verify", "command", "deny", "ansible-second", "memory", "down"}


def measured(figure: Figure, repeats: int) -> dict[str, Any]:
    """All values of one figure, and what they amount to."""
    values = [value for _ in range(repeats) for value in figure.measure()]
    median = statistics.median(values)
    return {
        "id": figure.id,
        "what": figure.what,
        "unit": figure.unit,
        "goal": figure.goal,
        "count": len(values),
        "min": round(min(values), 3),
        "median": round(median, 3),
        "max": round(max(values), 3),
        "met": median <= figure.goal,
    }


def measure(chosen: Sequence[Figure], repeat: int | None) -> list[dict[str, Any]]:
    """Measure in the order given. The lab is removed, whatever happens."""
    rows = []
    try:
        if chosen[0].id in NEEDS_A_LAB:
            call("up", str(SCENARIO), "--lab", NAME)
        for figure in chosen:
            print(f"{figure.id} ...", end=" ", flush=True)
            row = measured(figure, repeat or figure.repeats)
            print(f"{row['median']:g} {row['unit']}", flush=True)
            rows.append(row)
    finally:
        down()
        down(WIRED_NAME)
    return rows


def main() -> int:
    """Exit 1 if a budget isn't met."""
    parser = argparse.ArgumentParser(description="Measure the lab against its budgets.")
    parser.add_argument(
        "--only", nargs="+", choices=[figure.id for figure in (*FIGURES, *LONG)], help="these figures alone"
    )
    parser.add_argument("--repeat", type=int, help="repeats of each figure")
    parser.add_argument("--make-test", action="store_true", help="measure `make test` as well (minutes)")
    given = parser.parse_args()
    every = (*FIGURES, *LONG) if given.make_test or given.only else FIGURES
    chosen = [figure for figure in every if not given.only or figure.id in given.only]
    began = datetime.now(UTC)
    result: dict[str, Any] = {
        "date": began.date().isoformat(),
        "machine": describe(),
        "subset": bool(given.only),
        "figures": measure(chosen, given.repeat),
    }
    result["machine"] |= {"load_after": round(os.getloadavg()[0], 2), "yardstick_after": yardstick()}
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{began:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"\n{page.table(result['figures'])}\nwritten: {file}")
    return 0 if all(row["met"] for row in result["figures"]) else 1


if __name__ == "__main__":
    sys.exit(main())
