"""Faults while the lab works: never a pass, nothing left behind, and the next command works."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import docker
import pytest
from machine import own_processes, snapshot

DEADLINE = 30


@pytest.fixture(scope="module")
def engine():
    client = docker.from_env()
    yield client
    client.close()


def of_lab(engine, name, kind=None):
    """All containers of a lab, or the running ones of a kind."""
    labels = [f"sanso.lab={name}"] + ([f"sanso.kind={kind}"] if kind else [])
    return engine.api.containers(all=kind is None, filters={"label": labels})


def wait_for(what, condition):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {DEADLINE} s for {what}")


ZONES = tuple(word for control in ("ZONE-01", "ZONE-03", "ZONE-05") for word in ("--control", control))


def verifying(start_lab, engine, name, evidence, zones=ZONES):
    """A verify that is at work: its prober is there. The zone suites alone take seconds and wait for nothing."""
    wait_for("an earlier prober to go", lambda: not of_lab(engine, name, "prober"))
    process = start_lab("verify", "--lab", name, "--evidence", str(evidence), *zones)
    wait_for("the prober", lambda: of_lab(engine, name, "prober"))
    return process


@pytest.fixture
def repaired(lab, shared_lab):
    yield
    up = lab("up", "scenarios/minimal.yaml", "--lab", shared_lab)
    assert up.code == 0, up.err


@pytest.mark.parametrize(("fault", "victim"), [("pause", "mn-app"), ("kill", "fw-lg"), ("restart", "mn-term")])
def test_host_that_fails_during_verify_passes_nothing(start_lab, engine, shared_lab, repaired, tmp_path, fault, victim):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence")
    how = {"timeout": 0} if fault == "restart" else {}
    getattr(engine.containers.get(f"sanso-{shared_lab}--{victim}"), fault)(**how)
    out, err = process.communicate(timeout=120)
    assert process.returncode in (1, 2), out + err
    assert " passed in" in out
    verdicts = (tmp_path / "evidence" / "verdicts.jsonl").read_text()
    assert '"state":"pass"' not in verdicts


def test_fabric_that_is_restarted_during_verify_passes_nothing(start_lab, engine, shared_lab, repaired, tmp_path):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence")
    engine.containers.get(f"sanso-{shared_lab}--fabric").restart(timeout=0)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 2, out + err


@pytest.mark.parametrize(
    "change",
    ["ip route del default", "ip addr add 10.20.0.99/24 dev mn", "ip link add bypass type veth peer name bypass2"],
    ids=["route lost", "address of another zone", "foreign link"],
)
def test_verify_refuses_a_lab_whose_network_is_not_the_plans(lab, engine, shared_lab, repaired, tmp_path, change):
    target = f"container:sanso-{shared_lab}--mn-term"
    image = engine.containers.get(f"sanso-{shared_lab}--mn-term").image
    engine.containers.run(image, entrypoint=change.split(), network_mode=target, cap_add=["NET_ADMIN"], remove=True)
    done = lab("verify", "--lab", shared_lab, "--evidence", str(tmp_path / "evidence"))
    assert done.code == 2, done.out
    assert "mn-term" in done.err


def test_verify_that_is_killed_leaves_nothing_in_the_lab(lab, start_lab, engine, shared_lab, tmp_path):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence")
    process.kill()
    process.communicate()
    wait_for("the prober to end", lambda: not of_lab(engine, shared_lab, "prober"))
    wait_for("pytest to end", lambda: not own_processes(f"--lab {shared_lab} "))
    assert lab("status", "--lab", shared_lab).code == 0
    left = lab("exec", "--lab", shared_lab, "fw-mn", "--", "nft", "list", "tables")
    assert left.out == "table inet sanso\n"
    half = lab("report", str(tmp_path / "evidence"))
    assert half.code == 3


def test_pytest_that_is_killed_under_verify_is_no_verdict(start_lab, engine, shared_lab, tmp_path):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence")
    for number in own_processes(f"pytest --lab {shared_lab} "):
        os.kill(number, signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2, out + err
    assert "killed by signal 9" in out


def test_second_command_is_told_who_holds_the_lab(lab, start_lab, engine, shared_lab, tmp_path):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence", zones=())
    second = lab("verify", "--lab", shared_lab)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert second.code == 2
    assert "verify" in second.err
    assert str(process.pid) in second.err


def test_interrupt_during_up_removes_what_was_made(start_lab, engine, lab):
    name = "system-interrupted"
    process = start_lab("up", "scenarios/minimal.yaml", "--lab", name)
    wait_for("the first hosts", lambda: len(of_lab(engine, name, "host")) > 3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert not of_lab(engine, name), err
    assert lab("down", "--lab", name, "--keys").code == 0


@pytest.mark.parametrize("stage", ["create", "converge"])
def test_second_interrupt_ends_at_once_and_says_what_remains(start_lab, engine, lab, stage):
    name = "system-interrupted"
    process = start_lab("up", "scenarios/minimal.yaml", "--lab", name, "--fresh")
    hosts = 4 if stage == "create" else 14
    wait_for("the hosts", lambda: len(of_lab(engine, name, "host")) >= hosts)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    left = of_lab(engine, name)
    assert bool(left) == (f"lab down --lab {name}" in err), err
    assert lab("down", "--lab", name, "--keys").code == 0
    wait_for("the last container to go", lambda: not of_lab(engine, name))


def test_killed_up_is_cleaned_up_by_down(start_lab, engine, lab):
    """Three kills at random moments; the long run of the soak does thirty."""
    name = "system-killed"
    before = snapshot()
    for moment in (random.uniform(0.2, 2.0), random.uniform(2.0, 4.0), random.uniform(4.0, 7.0)):
        process = start_lab("up", "scenarios/minimal.yaml", "--lab", name, "--fresh")
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        wait_for("ansible to end", lambda: not own_processes("ansible-playbook"))
        down = lab("down", "--lab", name)
        assert down.code == 0, f"killed after {moment:.2f} s: {down.err}"
        assert snapshot() == before, f"killed after {moment:.2f} s"
    assert lab("up", "scenarios/minimal.yaml", "--lab", name).code == 0
    assert lab("down", "--lab", name, "--keys").code == 0
    assert snapshot() == before
