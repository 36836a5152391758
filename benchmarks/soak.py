"""The long one: ten verifies that agree, thirty kills that leave nothing, ten thousand fuzz inputs, an hour of two labs.

`python benchmarks/soak.py [--minutes N] [--again]`. Each step is written to benchmarks/results/soak.json when it is done: a
soak that was interrupted, or whose time was up, goes on there. It uses labs named `soak...`. Run it on a
machine where nothing else makes network links, or they will be taken for something left behind.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import host
import pair
from machine import LAB, RESULTS, ROOT, SCENARIO, call, describe, run
from verifies import verified

STATE = RESULTS / "soak.json"
VERIFIES, KILLS, INPUTS = 10, 30, 10_000
FUZZ = ("tests/unit/scenario/test_fuzz.py", "tests/unit/scenario/sheet/test_fuzz.py")
FUZZ_TESTS = 11
NAME, KILLED = "soak", "soak-kill"
Entry = dict[str, Any]


class Diary:
    """What is done so far, kept in a file."""

    def __init__(self, file: Path, *, again: bool) -> None:
        self._file = file
        today = datetime.now(UTC).date().isoformat()
        self.entries: dict[str, list[Entry]] = {"machine": [{"date": today, **describe()}]}
        if file.exists() and not again:
            self.entries = json.loads(file.read_text(encoding="utf-8"))

    def of(self, kind: str) -> list[Entry]:
        return self.entries.setdefault(kind, [])

    def write(self, kind: str, entry: Entry) -> None:
        """Add an entry; the file is whole at every moment."""
        self.of(kind).append(entry)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(self.entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        draft.replace(self._file)


def build(_number: int) -> Entry:
    """The lab of the verifies; its seconds are the life that the kills aim at."""
    call("down", "--lab", NAME)
    return {"seconds": round(call("up", str(SCENARIO), "--lab", NAME, "--fresh").seconds, 2)}


def verify(_number: int) -> Entry:
    """One of the verifies that must agree."""
    call("up", str(SCENARIO), "--lab", NAME)
    return verified(NAME)


def kill(number: int, life: float) -> Entry:
    """SIGKILL `lab up` at a random moment of its life, then `lab down`: what is left, where there should be nothing."""
    options = ["--fresh"] if number % 2 else []
    moment = random.Random(number).uniform(0, life)
    before = (host.links(), host.rules())
    command = [str(LAB), "up", str(SCENARIO), "--lab", KILLED, *options]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=quiet, stderr=quiet) as process:
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    left = [f"process {one}" for one in host.gone(lambda: host.processes(process.pid))]
    down = call("down", "--lab", KILLED, expect=(0, 1, 2, 3))
    left += host.gone(lambda: host.objects(KILLED))
    for what, was, now in zip(("links", "nft rules"), before, (host.links(), host.rules()), strict=True):
        if was != now:
            left.append(f"{what} before:\n{was}\nafter:\n{now}")
    return {
        "after": round(moment, 2),
        "killed": process.returncode == -signal.SIGKILL,
        "rules_read": before[1] is not None,
        "down": down.code,
        "said": down.err[-500:] if down.code else "",
        "left": left,
    }


def next_up(_number: int) -> Entry:
    """After all the kills a lab of that name can be built, and goes away again."""
    up = call("up", str(SCENARIO), "--lab", KILLED, expect=(0, 1, 2, 3))
    down = call("down", "--lab", KILLED, expect=(0, 1, 2, 3))
    return {"up": up.code, "down": down.code, "left": host.gone(lambda: host.objects(KILLED)), "said": up.err[-500:]}


def fuzz(_number: int) -> Entry:
    """The fuzz tests of the scenario loader and of the register's CSV, with ten thousand inputs in all."""
    each = str(-(-INPUTS // FUZZ_TESTS))
    done = run([sys.executable, "-m", "pytest", "-q", *FUZZ], expect=(0, 1), timeout=3600, SANSO_FUZZ=each)
    return {
        "exit": done.code,
        "inputs": int(each) * FUZZ_TESTS,
        "seconds": round(done.seconds),
        "said": done.out[-300:],
    }


def problems(diary: Diary) -> list[str]:
    """What a reader must know; empty if the soak held."""
    verifies = diary.of("verify")
    found = [f"verify {n}: exit {one['exit']}, {one['wrong']}" for n, one in enumerate(verifies) if one["exit"]]
    if len({one["digest"] for one in verifies}) > 1:
        found.append(f"the verifies don't agree: {[one['checks'] for one in verifies]} checks")
    for number, one in enumerate(diary.of("kill")):
        found += [f"kill {number} after {one['after']} s left {what}" for what in one["left"]]
        if one["down"]:
            found.append(f"lab down after kill {number} ended with {one['down']}: {one['said']}")
    found += [f"the next lab up: {one}" for one in diary.of("next up") if one["up"] or one["down"] or one["left"]]
    found += [f"fuzz: {one['said']}" for one in diary.of("fuzz") if one["exit"]]
    found += pair.problems(diary.of("pair"))
    return found


def main() -> int:
    """Exit 0 if all is done and held, 1 if something didn't hold, 2 if the time was up."""
    parser = argparse.ArgumentParser(description="The long run; it goes on where it was interrupted.")
    parser.add_argument("--minutes", type=float, default=150, help="stop after the step that exceeds this")
    parser.add_argument("--again", action="store_true", help="forget what is done")
    given = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    diary = Diary(STATE, again=given.again)
    steps: list[
        tuple[str, Callable[[list[Entry]], bool], Callable[[int], Entry]]
    ] = [  # kind, whether it is done, one more
        ("build", lambda done: len(done) == 1, build),
        ("verify", lambda done: len(done) == VERIFIES, verify),
        ("kill", lambda done: len(done) == KILLS, lambda number: kill(number, diary.of("build")[0]["seconds"])),
        ("next up", lambda done: len(done) == 1, next_up),
        ("fuzz", lambda done: len(done) == 1, fuzz),
        ("pair", lambda done: pair.spent(done) >= pair.SECONDS, pair.round_of_two),
    ]
    end = time.monotonic() + given.minutes * 60
    for kind, is_done, step in steps:
        if kind == "kill":
            call("down", "--lab", NAME)
        while not is_done(diary.of(kind)):
            number = len(diary.of(kind))
            if time.monotonic() > end:
                print(f"the time is up before {kind} {number + 1}: run it again to go on")
                return 2
            diary.write(kind, step(number))
            print(f"{kind} {number + 1}: {diary.of(kind)[-1]}", flush=True)
    found = problems(diary)
    rounds = len(diary.of("pair"))
    print(
        "\n".join(found)
        or f"{VERIFIES} verifies agree, {KILLS} kills left nothing, {INPUTS} fuzz inputs, {rounds} rounds of two labs: held"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
