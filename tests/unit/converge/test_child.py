from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from lab.converge import child


@pytest.fixture
def ansible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a shell script in the place of ansible-playbook."""

    def place(script: str) -> None:
        program = tmp_path / "ansible-playbook"
        program.write_text(f"#!/bin/bash\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    return place


def _ends(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_every_event_is_heard_and_the_exit_code_comes_back(ansible):
    ansible("""echo '{"event": "one"}' >&$SANSO_EVENTS; echo '{"event": "two"}' >&$SANSO_EVENTS; exit 2""")
    heard = []
    assert child.play([], {}, heard.append).code == 2
    assert heard == [{"event": "one"}, {"event": "two"}]


def test_arguments_environment_and_configuration_reach_ansible(ansible, tmp_path: Path):
    ansible(f'echo "$@|$SANSO_LAB|$ANSIBLE_CONFIG|$PWD" >{tmp_path}/said')
    child.play(["--check"], {"SANSO_LAB": "mine"}, print)
    said = (tmp_path / "said").read_text().strip()
    assert said == f"--check playbooks/site.yml|mine|{child.PROJECT}/ansible.cfg|{child.PROJECT}"


def test_the_last_words_are_kept(ansible):
    ansible("echo 'ERROR! the role is broken' >&2; exit 4")
    assert child.play([], {}, print) == child.Ended(4, "ERROR! the role is broken")


def test_much_output_does_not_block_it(ansible):
    ansible("""head -c 1000000 /dev/zero | tr '\\0' x; echo '{"event": "end"}' >&$SANSO_EVENTS""")
    heard = []
    child.play([], {}, heard.append)
    assert heard == [{"event": "end"}]


def test_an_interrupt_ends_ansible_and_its_workers(ansible):
    ansible("""sleep 300 & echo "{\\"pids\\": [$$, $!]}" >&$SANSO_EVENTS; wait""")
    pids: list[int] = []

    def interrupted(event: dict) -> None:
        pids.extend(event["pids"])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        child.play([], {}, interrupted)
    assert len(pids) == 2
    assert all(_ends(pid) for pid in pids)


def test_one_that_ignores_the_signal_is_killed(ansible, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(child, "PATIENCE", 0.3)
    ansible("""trap '' TERM; echo "{\\"pid\\": $$}" >&$SANSO_EVENTS; while :; do sleep 1; done""")
    pids: list[int] = []

    def interrupted(event: dict) -> None:
        pids.append(event["pid"])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        child.play([], {}, interrupted)
    assert _ends(pids[0])
