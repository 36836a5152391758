"""Write docs/performance.md from the newest whole result: `python benchmarks/page.py`. A unit test holds the page to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
HEAD = """\
# Performance

Written by `benchmarks/page.py` from `benchmarks/results/{file}`; measure your own machine with `make bench`.

{system}, kernel {kernel}, {processor}, {cores} cores, {memory_gib} GiB; Docker {engine} on {storage}, Python {python};
{date}, commit {commit}; load {load_before} before the start, {load_after} at the end (more than 2: other work disturbed it).

"""
MANY = 100
TAIL = """
Seconds are wall-clock time of the command as a user types it, start of Python included. *One testinfra command* and *one
witnessed deny* are measured inside a run: the deny is the packet, its control flow in the same batch, what the tap and the
firewall's trace saw of both. Memory is what the lab's containers hold beside page cache. A budget is met by the median.
"""


def table(rows: Sequence[dict[str, Any]]) -> str:
    """One line per figure, the same in a terminal and in Markdown."""
    lines = [["figure", "goal", "median", "min", "max", "n", "met"]]
    for row in rows:
        shown = [f"{_short(row[key])} {row['unit']}" for key in ("goal", "median", "min", "max")]
        lines.append([row["what"], f"≤ {shown[0]}", *shown[1:], str(row["count"]), "yes" if row["met"] else "NO"])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text) + "\n"


def _short(value: float) -> str:
    """Three digits are what such a measurement is worth; whole numbers stay whole."""
    return f"{value:.0f}" if value >= MANY else f"{value:.3g}"


def render(file: Path) -> str:
    """The page for one result."""
    result = json.loads(file.read_text(encoding="utf-8"))
    return HEAD.format(file=file.name, date=result["date"], **result["machine"]) + table(result["figures"]) + TAIL


def newest() -> Path | None:
    """The newest result of all figures; None if there is none."""
    whole = [
        file for file in sorted(RESULTS.glob("2*.json")) if not json.loads(file.read_text(encoding="utf-8"))["subset"]
    ]
    return whole[-1] if whole else None


def main() -> None:
    """Write the page."""
    file = newest()
    if file is None:
        raise SystemExit("there is no result yet: run benchmarks/run.py first")
    PAGE.write_text(render(file), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
