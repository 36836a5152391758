"""radio-failures: of the guest's console, which host did not come up and what that host said."""

from __future__ import annotations

import subprocess

import pytest

from lab.converge.overlays import GUEST, ROLES

PROGRAM = ROLES / GUEST / "files" / "tree" / "usr" / "local" / "sbin" / "radio-failures"
BOOT = ["MARK root 10.65", "MARK ways 16.69"]
REFUSED = ["hostapd refused /etc/hostapd/hostapd.conf:", "Line 24: unknown configuration item 'foo'"]


@pytest.fixture
def told(tmp_path):
    def run(*lines):
        console = tmp_path / "console"
        console.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
        done = subprocess.run(["sh", PROGRAM, console], capture_output=True, text=True, check=False)
        assert not done.stderr
        return done.returncode, done.stdout.splitlines()

    return run


def test_all_came_up(told):
    assert told(*BOOT, "something that a program said", "MARK up 36.90") == (0, [])


def test_each_that_did_not_is_named_with_its_own_words(told):
    code, lines = told(
        "of before", *BOOT, *REFUSED, "FAILED ap: its start ended with exit code 1",
        "FAILED sta-lg: it did not get phy1", "MARK up 36.90",
    )  # fmt: skip
    assert code == 1
    assert lines == [
        "ap: its start ended with exit code 1:",
        *(f"  {line}" for line in REFUSED),
        "sta-lg: it did not get phy1",
    ]
