"""The playbooks as a person uses them, without the `lab` command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
PROGRAMS = Path(sys.executable).parent


@pytest.fixture
def by_hand(converging):
    def run(program: str, *arguments: str) -> str:
        environment = {**os.environ, "SANSO_LAB": converging.lab.name, "SANSO_KEYS": str(converging.pki.directory),
                       "ANSIBLE_NOCOLOR": "1"}  # fmt: skip
        done = subprocess.run(
            [PROGRAMS / program, *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_the_graph_groups_hosts_by_role_zone_and_kind(by_hand):
    text = by_hand("ansible-inventory", "--graph")
    for group in ("@web_app", "@zone_mn", "@zone_juki_net", "@routers", "@endpoints"):
        assert group in text


def test_the_playbook_runs_and_has_nothing_to_do(by_hand, converging):
    text = by_hand("ansible-playbook", "-i", "inventories/reference", "playbooks/site.yml", "--check", "--diff")
    recap = [line for line in text.splitlines() if "changed=" in line]
    assert len(recap) == len(converging.lab.plan.hosts)
    assert all("changed=0" in line and "failed=0" in line for line in recap)


def test_one_role_can_be_run_by_its_tag(by_hand):
    text = by_hand("ansible-playbook", "playbooks/site.yml", "--tags", "resolver")
    assert "resolver : Deliver" in text
    assert "web_app : Deliver" not in text


def test_a_command_can_be_sent_to_a_group(by_hand):
    text = by_hand("ansible", "routers", "-m", "ansible.builtin.raw", "-a", "nft list tables")
    assert text.count("table inet sanso") == 3


def test_the_example_for_real_machines_is_sound(by_hand):
    by_hand("ansible-playbook", "-i", "inventories/vendor", "playbooks/site.yml", "--syntax-check")
