"""Seen red before green: each mutant turns its controls red on a running lab, and `lab up` puts the lab back."""

from __future__ import annotations

import pytest

from lab.engine import connect
from lab.fault import inject, mutants

MUTANTS = {mutant.id: mutant for mutant in mutants() if mutant.scenario == "minimal"}


@pytest.fixture
def repaired(lab, shared_lab):
    yield
    up = lab("up", "scenarios/minimal.yaml", "--lab", shared_lab)
    assert up.code == 0, up.err


def verify(lab, name, controls, evidence):
    chosen = [word for control in controls for word in ("--control", control)]
    return lab("verify", "--lab", name, "--json", "--evidence", str(evidence), *chosen)


@pytest.mark.parametrize("mutant", [m for m in MUTANTS.values() if m.controls], ids=lambda m: m.id)
def test_mutant_turns_its_controls_red(lab, shared_lab, repaired, tmp_path, mutant):
    with connect() as engine, inject(engine, engine.find(shared_lab), mutant):
        done = verify(lab, shared_lab, mutant.controls + mutant.unjudged, tmp_path / "evidence")
    assert done.code == 1, done.out + done.err
    assert done.failed_controls() >= set(mutant.controls)
    assert all("error" in done.states(control) for control in mutant.unjudged)
    told = [f"{v['subject']} {v['message_en']}" for v in done.json["verdicts"] if v["state"] == "fail"]
    assert any(mutant.through in text for text in told), told


@pytest.mark.parametrize("mutant", [m for m in MUTANTS.values() if m.stays_green], ids=lambda m: m.id)
def test_harmless_change_stays_green(lab, shared_lab, repaired, tmp_path, mutant):
    with connect() as engine, inject(engine, engine.find(shared_lab), mutant):
        done = verify(lab, shared_lab, mutant.stays_green, tmp_path / "evidence")
    assert done.code == 0, done.out + done.err


def test_network_that_is_not_the_plans_is_a_verdict_of_the_documents_alone(lab, shared_lab, repaired, tmp_path):
    """Judged with others, or not at all, it is refused: probes would mean nothing there."""
    with connect() as engine, inject(engine, engine.find(shared_lab), MUTANTS["extra-address-on-a-terminal"]):
        for controls in ((), ("OPS-16", "OPS-04")):
            done = verify(lab, shared_lab, controls, tmp_path / "-".join(controls))
            assert done.code == 2, done.out
            assert "mn-term" in done.err
            assert "--control OPS-16" in done.err


def test_evidence_holds_no_key(lab, shared_lab, tmp_path):
    evidence = tmp_path / "evidence"
    done = verify(lab, shared_lab, ("CRY-04", "CRY-05", "OPS-04", "OPS-16"), evidence)
    assert done.code == 0, done.out + done.err
    files = [path for path in evidence.rglob("*") if path.is_file()]
    assert any(path.name == "ssh-offer.json" for path in files)
    assert not [path for path in files if b"PRIVATE KEY" in path.read_bytes()]


def test_what_is_inspected_was_seen_red_in_several_ways():
    """The controls of documents, delivery, administration and certificates have been seen red in several ways each."""
    counts = {
        control: sum(control in m.controls for m in MUTANTS.values())
        for control in ("CRY-04", "CRY-05", "OPS-04", "OPS-16")
    }
    assert min(counts.values()) >= 2, counts


def test_every_due_control_has_a_mutant(lab, shared_lab):
    due = set(lab("status", "--lab", shared_lab, "--json").json[0]["controls_due"])
    broken = {control for mutant in MUTANTS.values() for control in mutant.controls}
    assert due <= broken, f"never seen red: {due - broken}"
