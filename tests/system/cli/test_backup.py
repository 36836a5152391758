"""The scenario with a backup store is green as it is. Its breakages stand in test_mutants.py, on alpha."""

from __future__ import annotations

import pytest

NAME, SCENARIO = "system-backup", "scenarios/backup.yaml"


@pytest.fixture(scope="module")
def backup_lab(lab):
    up = lab("up", SCENARIO, "--lab", NAME)
    assert up.code == 0, up.err
    yield NAME
    down = lab("down", "--lab", NAME, "--keys")
    assert down.code == 0, down.err


def test_backups_hold(lab, backup_lab, tmp_path):
    done = lab("verify", "--lab", backup_lab, "--json", "--evidence", str(tmp_path / "evidence"), "--control", "OPS-05")
    assert done.code == 0, done.out + done.err
