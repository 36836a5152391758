"""Faults while verify works: never a pass, nothing left behind, and the next command works."""

from __future__ import annotations

import os
import signal

import pytest
from command import ended, ok
from containers import of_lab, wait_for
from machine import own_processes

ZONES = tuple(word for control in ("ZONE-01", "ZONE-03", "ZONE-05") for word in ("--control", control))


def verifying(start_lab, engine, name, evidence, zones=ZONES):
    """A verify that is at work: it has seen something. The zone suites alone take seconds and wait for nothing."""
    wait_for("an earlier prober to go", lambda: not of_lab(engine, name, "prober"))
    process = start_lab("verify", "--lab", name, "--evidence", str(evidence), *zones)
    wait_for("an observation", lambda: any(file.stat().st_size for file in evidence.glob("observations.jsonl*")))
    return process


@pytest.fixture
def repaired(shared_lab):
    yield
    ok("up", "scenarios/minimal.yaml", "--lab", shared_lab)


@pytest.mark.parametrize(("fault", "victim"), [("pause", "mn-app"), ("kill", "fw-lg"), ("restart", "mn-term")])
def test_host_that_fails_during_verify_passes_nothing(start_lab, engine, shared_lab, repaired, tmp_path, fault, victim):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence")
    how = {"timeout": 0} if fault == "restart" else {}
    getattr(engine.containers.get(f"sanso-{shared_lab}--{victim}"), fault)(**how)
    done = ended(process)
    assert done.code in (1, 2), done
    assert " passed in" in done.out
    verdicts = (tmp_path / "evidence" / "verdicts.jsonl").read_text()
    assert '"state":"pass"' not in verdicts


def test_fabric_that_is_restarted_during_verify_passes_nothing(start_lab, engine, shared_lab, repaired, tmp_path):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence")
    engine.containers.get(f"sanso-{shared_lab}--fabric").restart(timeout=0)
    done = ended(process)
    verdicts = (tmp_path / "evidence" / "verdicts.jsonl").read_text().splitlines()
    assert [line for line in verdicts if '"state":"fail"' in line] == []
    assert done.code == 2, done


def test_verify_of_a_lab_with_a_host_that_is_down_says_so(lab, engine, shared_lab, repaired, tmp_path):
    engine.containers.get(f"sanso-{shared_lab}--lg-dns").kill()
    wait_for("the host to be down", lambda: engine.containers.get(f"sanso-{shared_lab}--lg-dns").status == "exited")
    done = lab("verify", "--lab", shared_lab, "--evidence", str(tmp_path / "evidence"))
    assert done.code == 2, done
    assert "is not whole: lg-dns: stopped" in done.err
    assert "lab up" in done.err
    assert not (tmp_path / "evidence").exists()


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
    assert done.code == 2, done
    assert "mn-term" in done.err


def test_verify_that_is_killed_leaves_nothing_in_the_lab(lab, start_lab, engine, shared_lab, tmp_path):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence")
    process.kill()
    process.communicate()
    wait_for("the prober to end", lambda: not of_lab(engine, shared_lab, "prober"))
    wait_for("pytest to end", lambda: not own_processes(f"--lab {shared_lab} "))
    ok("status", "--lab", shared_lab)
    left = lab("exec", "--lab", shared_lab, "fw-mn", "--", "nft", "list", "tables")
    assert left.out == "table inet sanso\n"
    half = lab("report", str(tmp_path / "evidence"))
    assert half.code == 3


def test_pytest_that_is_killed_under_verify_is_no_verdict(start_lab, engine, shared_lab, tmp_path):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence")
    children = own_processes(f"--lab {shared_lab} --lab-events")
    assert children
    for number in children:
        os.kill(number, signal.SIGKILL)
    done = ended(process)
    assert done.code == 2, done
    assert "killed by signal 9" in done.out


def test_second_command_is_told_who_holds_the_lab(lab, start_lab, engine, shared_lab, tmp_path):
    process = verifying(start_lab, engine, shared_lab, tmp_path / "evidence", zones=())
    second = lab("verify", "--lab", shared_lab)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert second.code == 2
    assert "verify" in second.err
    assert str(process.pid) in second.err
