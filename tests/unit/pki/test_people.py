"""Accounts of desktops: who gets one, that both factors stay, and that the code is RFC 6238's."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.errors import LabError
from lab.pki import Account, account_stem, accounts, people
from lab.pki.store import write_private
from lab.plan import build

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def plan_of(name):
    return build(scenario.load(SCENARIOS / f"{name}.yaml", as_of=date(2026, 11, 23)), catalogue.load(), "t")


@pytest.fixture(scope="module")
def telework():
    return plan_of("telework")


@pytest.fixture
def keys(tmp_path):
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder


def test_whoever_has_a_way_to_a_desktop_has_an_account_there(telework):
    assert accounts(telework) == (Account("lg-desk", "tele-term", "staff01"),)
    assert accounts(plan_of("minimal")) == ()


def test_secrets_are_made_once_for_their_owner_alone(telework, keys):
    made = people.ensure(telework, keys)
    assert [path.name for path in made] == [
        "staff01.password", "staff01.shadow", "staff01.totp", "lg-desk.shadow", "lg-desk.oath",
    ]  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    first = {path: path.read_bytes() for path in made}
    assert {path: path.read_bytes() for path in people.ensure(telework, keys)} == first
    people.ensure(plan_of("minimal"), keys)
    assert list((keys / "accounts").iterdir()) == []


def test_desktop_gets_the_hash_and_never_the_password(telework, keys):
    people.ensure(telework, keys)
    word = people.password(keys, "staff01")
    shadow = account_stem(keys, "lg-desk").with_suffix(".shadow").read_text()
    assert word not in shadow
    user, hashed, rest = shadow.split(":", 2)
    assert (user, rest) == ("staff01", "20000::::::\n")
    salt = hashed.split("$")[2]
    again = subprocess.run(
        ["openssl", "passwd", "-6", "-salt", salt, "-stdin"], input=word, capture_output=True, text=True, check=True
    )
    assert again.stdout.strip() == hashed


def test_lost_password_takes_its_hash_along(telework, keys):
    people.ensure(telework, keys)
    before = account_stem(keys, "staff01").with_suffix(".shadow").read_text()
    account_stem(keys, "staff01").with_suffix(".password").unlink()
    people.ensure(telework, keys)
    assert account_stem(keys, "staff01").with_suffix(".shadow").read_text() != before


@pytest.mark.parametrize(
    ("now", "code"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")]
)
def test_code_is_the_rfcs(keys, now, code):
    """RFC 6238, appendix B, the last six of its eight digits."""
    write_private(account_stem(keys, "somebody").with_suffix(".totp"), b"12345678901234567890".hex().encode())
    assert people.code(keys, "somebody", now) == code


def test_secret_that_is_elsewhere_is_said(keys):
    with pytest.raises(LabError, match="cannot be read") as failed:
        people.password(keys, "staff01")
    assert "the machine that built the lab" in failed.value.fix


@pytest.mark.parametrize(("used", "wanted", "since"), [(None, 0, -1), (-3, 0, -1), (-1, 0, -1), (0, 1, 0), (1, 2, 1)])
def test_next_code_is_of_a_later_step_than_the_used_one(telework, keys, used, wanted, since):
    """Steps of 30 s beside the present one; a desktop takes a code from one step before its own on."""
    people.ensure(telework, keys)
    now = 1_700_000_010.0
    step = int(now) // 30
    spent = "" if used is None else people.code(keys, "staff01", (step + used) * 30)
    code, usable = people.fresh_code(keys, "staff01", spent, now)
    assert code == people.code(keys, "staff01", (step + wanted) * 30)
    assert usable == (step + since) * 30
