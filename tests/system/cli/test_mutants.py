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


def verify(lab, name, controls, evidence, mutant=None):
    chosen = [word for control in controls for word in ("--control", control)]
    if mutant is not None and mutant.keyword:
        chosen += ["-k", mutant.keyword]
    if mutant is not None and mutant.disruptive:
        chosen.append("--disruptive")
    return lab("verify", "--lab", name, "--json", "--evidence", str(evidence), *chosen)


@pytest.mark.parametrize("mutant", [m for m in MUTANTS.values() if m.controls], ids=lambda m: m.id)
def test_mutant_turns_its_controls_red(lab, shared_lab, repaired, tmp_path, mutant):
    with connect() as engine, inject(engine, engine.find(shared_lab), mutant):
        done = verify(lab, shared_lab, mutant.controls, tmp_path / "evidence", mutant)
    assert done.code == 1, done.out + done.err
    assert done.failed_controls() >= set(mutant.controls)
    told = [f"{v['subject']} {v['message_en']}" for v in done.json["verdicts"] if v["state"] == "fail"]
    assert any(mutant.through in text for text in told), told


@pytest.mark.parametrize("mutant", [m for m in MUTANTS.values() if m.stays_green], ids=lambda m: m.id)
def test_harmless_change_stays_green(lab, shared_lab, repaired, tmp_path, mutant):
    with connect() as engine, inject(engine, engine.find(shared_lab), mutant):
        done = verify(lab, shared_lab, mutant.stays_green, tmp_path / "evidence")
    assert done.code == 0, done.out + done.err


def test_every_due_control_has_a_mutant(lab, shared_lab):
    due = set(lab("status", "--lab", shared_lab, "--json").json[0]["controls_due"])
    broken = {control for mutant in MUTANTS.values() for control in mutant.controls}
    assert due <= broken, f"never seen red: {due - broken}"
