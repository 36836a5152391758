"""Write docs/performance.md from the newest whole result: `python benchmarks/page.py`. A unit test holds the page to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pair

RESULTS = Path(__file__).resolve().parent / "results"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
HEAD = """\
# Performance

Written by `benchmarks/page.py` from `benchmarks/results/{file}`; measure your own machine with `make bench`.

{system}, kernel {kernel}, {processor}, {cores} cores, {memory_gib} GiB; Docker {engine} on {storage}, Python {python};
{date}, commit {commit}; load {load_before} before the start, {load_after} at the end (more than 2: other work disturbed it).
{yardstick}

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
    return _laid_out(lines)


def _laid_out(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text) + "\n"


PEERS = """
## Beside testinfra's `docker://`

The same command on the same hosts of one lab, by turns (`benchmarks/peers.py`, {date}, commit {commit}). The lab keeps a shell
open in each host; `docker://` starts a `docker exec` for every command.

"""
MOLECULE = """
## Beside Ansible and Molecule as they come

The lab's roles and variables on the hosts of one running lab, and three testinfra checks on each of them, by turns
(`benchmarks/molecule_peer.py`, {date}, commit {commit}; {peers}; load {load_before} before the start, {load_after} at the end).
Both peers reach a host by `docker exec`. Creating and removing isn't compared: Molecule wires no firewalls between its instances.

"""
GROWTH = """
## Growth

`wired` (the network without paths) with terminals added to LG, each with a registered flow of its own (`benchmarks/growth.py`,
{date}, commit {commit}).
Seconds of `lab up --fresh`, of `lab up` on the running lab, and of `lab verify --quick`. For 200 hosts the kernel's neighbour
tables have to be larger than they are by default; `lab up` says how.

"""


SOAK = """
## The long run

`make soak` ({date}, commit {commit}): {verifies} full verifies of `minimal` in a row, {checks} checks each, {agree}; {kills}
times `lab up` killed at a random moment and `lab down` after it, {left}; {inputs} fuzz inputs of the loaders, {fuzz};
{rounds} rounds of two labs with the same addresses at once (up, verify, down; {minutes:.0f} minutes), {pair}.
"""


def beside(file: Path) -> str:
    """The section of one comparison with testinfra's own way."""
    result = json.loads(file.read_text(encoding="utf-8"))
    rows = [["command", "lab, median", "docker://, median", "ratio", "n"]]
    rows += [
        [row["what"], f"{_short(row['lab']['median'])} ms", f"{_short(row['docker']['median'])} ms", f"{row['ratio']:g}",
         str(row["count"])]
        for row in result["rows"]
    ]  # fmt: skip
    return PEERS.format(date=result["date"], commit=result["machine"]["commit"]) + _laid_out(rows)


def molecule(file: Path) -> str:
    """The section of one comparison with Ansible's and Molecule's way."""
    result = json.loads(file.read_text(encoding="utf-8"))
    rows = [["what", "way", "median", "min", "n", "ratio"]]
    rows += [
        [
            row["what"],
            row["way"],
            f"{_short(row['median'])} s",
            f"{_short(row['min'])} s",
            str(row["count"]),
            f"{row['ratio']:g}",
        ]
        for row in result["rows"]
    ]
    peers = ", ".join(one.replace("==", " ") for one in result["peers"])
    machine = {key: result["machine"][key] for key in ("commit", "load_before", "load_after")}
    return MOLECULE.format(date=result["date"], peers=peers, **machine) + _laid_out(rows)


def growth(file: Path) -> str:
    """The section of one series of sizes."""
    result = json.loads(file.read_text(encoding="utf-8"))
    rows = [["hosts", "up", "unchanged", "quick", "checks", "ms of up per host", "ms of quick per check"]]
    rows += [
        [str(row["hosts"]), f"{row['up']:g} s", f"{row['unchanged']:g} s", f"{row['quick']:g} s", str(row["checks"]),
         f"{1000 * row['up'] / row['hosts']:.0f}", f"{1000 * row['quick'] / row['checks']:.2f}"]
        for row in result["sizes"]
    ]  # fmt: skip
    return GROWTH.format(date=result["date"], commit=result["machine"]["commit"]) + _laid_out(rows)


def soak(file: Path) -> str:
    """The section of the long run; nothing of one that is not finished."""
    diary = json.loads(file.read_text(encoding="utf-8"))
    verifies, kills, fuzz, pairs = (diary.get(kind, []) for kind in ("verify", "kill", "fuzz", "pair"))
    if not (verifies and kills and fuzz and pair.spent(pairs) >= pair.SECONDS):
        return ""
    wrong = pair.problems(pairs)
    agree = len({one["digest"] for one in verifies}) == 1 and not any(one["exit"] for one in verifies)
    return SOAK.format(
        date=diary["machine"][0]["date"],
        commit=diary["machine"][0]["commit"],
        verifies=len(verifies),
        checks=verifies[0]["checks"],
        agree="all passed and agree" if agree else "which do NOT agree",
        kills=len(kills),
        left="which left nothing" if not any(one["left"] or one["down"] for one in kills) else "which LEFT something",
        inputs=sum(one["inputs"] for one in fuzz),
        fuzz="all answered with a clear error or a plan"
        if not any(one["exit"] for one in fuzz)
        else "NOT all understood",
        rounds=len(pairs),
        minutes=sum(one["seconds"] for one in pairs) / 60,
        pair="all passed" if not wrong else f"NOT all passed: {len(wrong)} problems",
    )


def _short(value: float) -> str:
    """Three digits are what such a measurement is worth; whole numbers stay whole."""
    return f"{value:.0f}" if value >= MANY else f"{value:.3g}"


def _yardstick(machine: dict[str, Any]) -> str:
    if "yardstick_before" not in machine:  # an older result
        return ""
    before, after = machine["yardstick_before"], machine["yardstick_after"]
    return (
        "One machine isn't always as fast as it was. Without a lab, before and after: two million additions in Python "
        f"{before['additions']:g} and {after['additions']:g} ms,\na program's start {before['start']:g} and {after['start']:g} ms, "
        f"a thousand pages of memory, first touched, {before['pages']:g} and {after['pages']:g} ms."
    )


def render(file: Path) -> str:
    """The page for one result, with the newest comparison and the newest growth beside it."""
    result = json.loads(file.read_text(encoding="utf-8"))
    machine = result["machine"]
    head = HEAD.format(file=file.name, date=result["date"], yardstick=_yardstick(machine), **machine)
    text = head + table(result["figures"]) + TAIL
    for pattern, section in (("peers-*.json", beside), ("molecule-*.json", molecule), ("growth-*.json", growth)):
        if found := sorted(file.parent.glob(pattern)):
            text += section(found[-1])
    if (long := file.parent / "soak.json").exists():
        text += soak(long)
    return text


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
