"""Neighbour tables that are too small for a large network: told with the command that helps, where it can be known."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lab.engine import disk, neighbours
from lab.plan import Family

HERE, ELSEWHERE = SimpleNamespace(base_url=disk.THIS_MACHINE), SimpleNamespace(base_url="tcp://other:2376")


@pytest.fixture
def limits(tmp_path, monkeypatch):
    monkeypatch.setattr(neighbours, "TABLES", tmp_path)

    def put(**values):
        for name, value in values.items():
            (tmp_path / name / "neigh/default").mkdir(parents=True)
            (tmp_path / name / "neigh/default/gc_thresh3").write_text(f"{value}\n")

    return put


def network(hosts, families=(Family.IPV4, Family.IPV6)):
    return SimpleNamespace(hosts=[None] * hosts, families=families)


def test_a_network_that_has_room_is_told_nothing(limits):
    limits(ipv4=1024, ipv6=1024)
    assert not neighbours.narrow(HERE, network(120))


def test_a_larger_one_is_told_what_to_set(limits):
    limits(ipv4=4096, ipv6=1024)
    told = neighbours.narrow(HERE, network(200))
    assert told.startswith("200 hosts may need more neighbours than the 1024 ")
    assert told.endswith("sudo sysctl -w net.ipv6.neigh.default.gc_thresh3=4096")
    assert not neighbours.narrow(HERE, network(200, families=(Family.IPV4,)))


def test_another_machine_and_another_kernel_are_not_guessed_at(limits):
    assert not neighbours.narrow(HERE, network(1000))  # there are no such files
    limits(ipv4=1, ipv6=1)
    assert not neighbours.narrow(ELSEWHERE, network(1000))
