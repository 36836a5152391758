"""The scenario with a backup store: green as it is, and red for each of its mutants."""

from __future__ import annotations

import pytest

from lab.engine import connect
from lab.fault import inject, mutants

NAME, SCENARIO = "system-backup", "scenarios/backup.yaml"
MUTANTS = [mutant for mutant in mutants() if mutant.scenario == "backup"]


@pytest.fixture(scope="module")
def backup_lab(lab):
    up = lab("up", SCENARIO, "--lab", NAME)
    assert up.code == 0, up.err
    yield NAME
    down = lab("down", "--lab", NAME, "--keys")
    assert down.code == 0, down.err


@pytest.fixture
def repaired(lab, backup_lab):
    yield
    up = lab("up", SCENARIO, "--lab", backup_lab)
    assert up.code == 0, up.err


def test_backups_hold(lab, backup_lab, tmp_path):
    done = lab("verify", "--lab", backup_lab, "--json", "--evidence", str(tmp_path / "evidence"), "--control", "OPS-05")
    assert done.code == 0, done.out + done.err


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_mutant_turns_its_controls_red(lab, backup_lab, repaired, tmp_path, mutant):
    chosen = [word for control in mutant.controls for word in ("--control", control)]
    with connect() as engine, inject(engine, engine.find(backup_lab), mutant):
        done = lab("verify", "--lab", backup_lab, "--json", "--evidence", str(tmp_path / "evidence"), *chosen)
    assert done.code == 1, done.out + done.err
    assert done.failed_controls() >= set(mutant.controls)
    told = [f"{v['subject']} {v['message_en']}" for v in done.json["verdicts"] if v["state"] == "fail"]
    assert any(mutant.through in text for text in told), told
