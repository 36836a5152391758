"""What was measured on: the machine, the engine, the code; and a lab command run as a user runs it."""

from __future__ import annotations

import json
import mmap
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker

ROOT = Path(__file__).resolve().parents[1]
LAB = Path(sys.executable).with_name("lab")
SCENARIO = ROOT / "scenarios" / "minimal.yaml"
RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Ran:
    """One command that went to its end."""

    code: int
    seconds: float
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


def call(*arguments: str, expect: tuple[int, ...] = (0,), timeout: float = 600) -> Ran:
    """Run `lab` from the project root. Raises RuntimeError for an exit code that isn't expected."""
    return run([str(LAB), *arguments], expect=expect, timeout=timeout)


def run(argv: list[str], *, expect: tuple[int, ...] = (0,), timeout: float = 600, **environment: str) -> Ran:
    """Run a program to its end, its wall-clock time measured here."""
    began = time.monotonic()
    done = subprocess.run(
        argv, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=timeout, check=False
    )
    ran = Ran(done.returncode, time.monotonic() - began, done.stdout, done.stderr)
    if ran.code not in expect:
        raise RuntimeError(f"{' '.join(argv)} ended with {ran.code}:\n{ran.out[-2000:]}\n{ran.err[-2000:]}")
    return ran


def describe() -> dict[str, Any]:
    """The machine as a reader of the figures needs to know it."""
    engine = docker.APIClient(version="auto")
    try:
        info = engine.info()
    finally:
        engine.close()
    return {
        "processor": _first("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gib": round(int(_first("/proc/meminfo", "MemTotal").split()[0]) / 2**20),
        "system": _first("/etc/os-release", "PRETTY_NAME", "=").strip('"'),
        "kernel": platform.release(),
        "engine": info["ServerVersion"],
        "storage": info["Driver"],
        "python": platform.python_version(),
        "commit": _commit(),
        "load_before": round(os.getloadavg()[0], 2),
        "yardstick_before": yardstick(),
    }


def yardstick() -> dict[str, float]:
    """Median ms of what a lab does most, without any lab: a shared or nested machine isn't always as fast as it was.

    `additions`: two million of them in Python; `start`: of a program; `pages`: a thousand pages of memory, first touched.
    """
    works = {"additions": _additions, "start": _start, "pages": _pages}
    return {name: round(statistics.median(_milliseconds(work) for _ in range(15)), 2) for name, work in works.items()}


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _additions() -> None:
    total = 0
    for number in range(2_000_000):
        total += number


def _start() -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def _pages() -> None:
    with mmap.mmap(-1, 1000 * mmap.PAGESIZE) as memory:
        for page in range(1000):
            memory[page * mmap.PAGESIZE] = 1


def _first(file: str, key: str, separator: str = ":") -> str:
    """The first value of that key in a file of `key: value` lines; "" if there is none."""
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(separator)
        if name.strip() == key:
            return value.strip()
    return ""


def _commit() -> str:
    """Short id of the code that was measured, `+` for changes beside it."""
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    dirty = subprocess.run(
        ["git", "status", "--porcelain", "lab"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return head.stdout.strip() + ("+" if dirty.stdout.strip() else "")
