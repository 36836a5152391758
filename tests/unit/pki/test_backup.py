"""Keys of the backup: made once, kept, made anew when damaged, dropped when nobody needs them."""

from datetime import date
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.pki import backup, ensure
from lab.plan import build

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def plan_of(name):
    return build(scenario.load(SCENARIOS / f"{name}.yaml", as_of=date(2026, 11, 23)), catalogue.load(), "t")


@pytest.fixture
def keys(tmp_path):
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder


def test_a_pair_per_client_and_per_store_for_their_owner_alone(keys):
    made = backup.ensure(plan_of("backup"), keys)
    assert [path.relative_to(keys).as_posix() for path in made] == [
        "backup-client/mn-app.pub",
        "backup-store/backup.pub",
    ]
    assert made[0].read_text().startswith("ssh-ed25519 ")
    assert {path.stat().st_mode & 0o777 for path in keys.glob("*/*")} == {0o600}


def test_they_are_kept_and_a_damaged_one_is_made_anew(keys):
    plan = plan_of("backup")
    first = {path: path.read_bytes() for path in backup.ensure(plan, keys)}
    secret = (keys / "backup-client" / "mn-app.passphrase").read_bytes()
    assert {path: path.read_bytes() for path in backup.ensure(plan, keys)} == first
    (keys / "backup-store" / "backup.key").write_bytes(b"not a key")
    second = {path: path.read_bytes() for path in backup.ensure(plan, keys)}
    assert [path.stem for path in first if first[path] != second[path]] == ["backup"]
    assert (keys / "backup-client" / "mn-app.passphrase").read_bytes() == secret


def test_a_new_key_changes_the_fingerprint_and_a_plan_without_a_store_has_none(keys):
    one = ensure(plan_of("backup"), keys).fingerprint()
    (keys / "backup-client" / "mn-app.key").unlink()
    assert ensure(plan_of("backup"), keys).fingerprint() != one
    assert ensure(plan_of("minimal"), keys).ssh_keys == ()
    assert not list(keys.glob("backup-*/*"))
