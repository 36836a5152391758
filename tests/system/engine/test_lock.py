"""One command at a time: the lock names its holder and goes with it, however it goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.errors import LabError

PROGRAM = Path(__file__).parent / "programs" / "lock.py"


@pytest.fixture
def name(engine, image):
    name = f"t{os.getpid()}-lock"
    yield name
    engine.down(name)


@pytest.fixture
def holder(name):
    process = subprocess.Popen([sys.executable, PROGRAM, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_second_command_is_told_who_holds_the_lock(engine, name, holder):
    told = rf"in use: \S+@\S+ \(pid {holder.pid}\) runs `hold` since 20"
    with pytest.raises(LabError, match=told), engine.lock(name, "second"):
        pass
    assert name not in {one.name for one in engine.labs()}  # a lock alone is no lab


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM, None])
def test_the_lock_goes_with_its_holder(engine, name, holder, left, way):
    if way is None:
        holder.stdin.close()  # it ends as it should
    else:
        holder.send_signal(way)
    holder.wait(10)
    with engine.lock(name, "next"):
        pass
    deadline = time.monotonic() + 5
    while left(name) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left(name) == []


def test_down_leaves_a_held_lock_alone(engine, name, holder, left):
    engine.down(name)
    assert left(name) == [f"/sanso-{name}--lock"]


def test_a_lock_that_was_never_started_has_no_holder(engine, name, monkeypatch):
    from lab.engine import lock

    monkeypatch.setattr(lock, "_NEVER_STARTED", 1.0)
    engine._client.create_container(engine.ensure_image(), name=f"sanso-{name}--lock")
    with engine.lock(name, "next"):
        pass


@pytest.mark.parametrize("tenth", range(6))
def test_a_kill_while_the_lock_is_taken_frees_it_too(engine, name, tenth):
    process = subprocess.Popen([sys.executable, PROGRAM, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        time.sleep(0.3 + tenth * 0.07)  # the moment itself is what is tried
        process.kill()
    began = time.monotonic()
    with engine.lock(name, "next"):
        assert time.monotonic() - began < 8


def test_two_labs_have_two_locks(engine, name, holder):
    with engine.lock(f"{name}-other", "other"):
        pass


def test_one_after_another_without_waiting(engine, name):
    for number in range(3):
        with engine.lock(name, f"command {number}"):
            pass
