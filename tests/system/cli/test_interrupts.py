"""`lab up` that is interrupted or killed: what it made goes, at once or with `lab down`, and the next one works."""

from __future__ import annotations

import random
import signal
import subprocess

import pytest
from command import ended, ok
from containers import of_lab, wait_for
from machine import own_processes, snapshot


def test_interrupt_during_up_removes_what_was_made(start_lab, engine):
    name = "system-interrupted"
    process = start_lab("up", "scenarios/minimal.yaml", "--lab", name)
    wait_for("the first hosts", lambda: len(of_lab(engine, name, "host")) > 3)
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert done.code == 130, done
    assert "interrupted" in done.err
    assert not of_lab(engine, name), done
    ok("down", "--lab", name, "--keys")


@pytest.mark.parametrize("stage", ["create", "converge"])
def test_second_interrupt_ends_at_once_and_says_what_remains(start_lab, engine, stage):
    name = "system-interrupted"
    process = start_lab("up", "scenarios/minimal.yaml", "--lab", name, "--fresh")
    hosts = 4 if stage == "create" else 14
    wait_for("the hosts", lambda: len(of_lab(engine, name, "host")) >= hosts)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert done.code == 130, done
    left = of_lab(engine, name)
    assert bool(left) == (f"lab down --lab {name}" in done.err), done
    ok("down", "--lab", name, "--keys")
    wait_for("the last container to go", lambda: not of_lab(engine, name))


def test_killed_up_is_cleaned_up_by_down(start_lab, engine):
    """Three kills at random moments; the long run of the soak does thirty."""
    name = "system-killed"
    before = snapshot(name)
    for moment in (random.uniform(0.2, 2.0), random.uniform(2.0, 4.0), random.uniform(4.0, 7.0)):
        process = start_lab("up", "scenarios/minimal.yaml", "--lab", name, "--fresh")
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        wait_for("ansible to end", lambda: not own_processes("ansible-playbook", SANSO_LAB=name))
        ok("down", "--lab", name)
        assert snapshot(name) == before, f"killed after {moment:.2f} s"
    ok("up", "scenarios/minimal.yaml", "--lab", name)
    ok("down", "--lab", name, "--keys")
    assert snapshot(name) == before
