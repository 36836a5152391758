"""The command line as a user runs it: a process, its exit code, its output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LAB = Path(sys.executable).parent / "lab"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def failed_controls(self):
        return {v["control"] for v in self.json["verdicts"] if v["state"] == "fail"}

    def states(self, control):
        return {v["state"] for v in self.json["verdicts"] if v["control"] == control}


def run(*arguments, timeout=240, cwd=ROOT, **environment):
    done = subprocess.run(
        [LAB, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
        env={**os.environ, **environment},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def lab():
    return run


@pytest.fixture
def start_lab():
    """Start a command and leave it running; it is killed at the end if it still does."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [LAB, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
            # whoever started the tests may ignore the key that these tests press
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads here
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture(scope="session")
def shared_lab(lab):
    """One running lab for all tests that leave it as they found it."""
    name = "system-shared"
    up = lab("up", "scenarios/minimal.yaml", "--lab", name)
    assert up.code == 0, up.err
    yield name
    down = lab("down", "--lab", name, "--keys")
    assert down.code == 0, down.err
