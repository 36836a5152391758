"""Which intruders are plugged in for a batch, which stay for the next one, and when all go."""

from contextlib import ExitStack

import pytest

from lab.probe.agent import cables as module
from lab.probe.agent.cables import Cables


class Plugged:
    """An intruder that plugs nothing."""

    made: list["Plugged"]

    def __init__(self, number, segment, _next_hop, mac, addresses, *, crafting):
        self.number, self.segment, self.mac, self.addresses, self.crafting = (
            number,
            segment,
            mac,
            set(addresses),
            crafting,
        )
        self.closed = False
        self.made.append(self)

    def add(self, addresses):
        self.addresses |= addresses

    def close(self):
        assert not self.closed
        self.closed = True

    @staticmethod
    def close_all(all_there_are):
        for one in all_there_are:
            one.close()


@pytest.fixture
def made(monkeypatch):
    Plugged.made = []
    monkeypatch.setattr(module, "Intruder", Plugged)
    return Plugged.made


def attempt(segment="x-ml", source="10.20.0.20", address="10.10.0.10", mac=None, craft=None):
    return {
        "intruder_segment": segment,
        "intruder_next_hop": "02:00:00:00:00:01",
        "intruder_mac": mac,
        "intruder_source": source,
        "address": address,
        "craft": craft,
    }


def plug(cables, *attempts):
    with ExitStack() as cleaning:
        return list(cables.plug(list(attempts), cleaning).values())


def test_the_same_place_is_plugged_in_once(made):
    cables = Cables()
    (first,) = plug(cables, attempt(), attempt(source="10.20.0.10"))
    (second,) = plug(cables, attempt(source="10.30.0.20"))
    assert first is second
    assert not first.closed
    assert first.addresses == {"10.20.0.20", "10.20.0.10", "10.30.0.20"}
    assert cables.plugged


def test_a_host_of_the_plan_itself_needs_none(made):
    assert plug(Cables(), {"intruder_segment": None, "address": "10.10.0.10"}) == []
    assert not made


def test_one_with_somebodys_mac_address_goes_with_its_batch(made):
    cables = Cables()
    plug(cables, attempt(mac="02:be:a5:d0:fc:09"))
    assert made[0].closed
    assert not cables.plugged


def test_crafted_packets_have_a_cable_of_their_own_without_addresses(made):
    plain, crafting = plug(Cables(), attempt(), attempt(craft={"shape": "option"}))
    assert (plain.crafting, crafting.crafting) == (False, True)
    assert crafting.addresses == set()


def test_one_that_would_answer_itself_is_made_anew(made):
    cables = Cables()
    (first,) = plug(cables, attempt(source="10.20.0.20"))
    (second,) = plug(cables, attempt(source="10.30.0.20", address="10.20.0.20"))
    assert first.closed
    assert second.addresses == {"10.30.0.20"}


def test_all_are_unplugged_at_once(made):
    cables = Cables()
    plug(cables, attempt(), attempt(segment="x-li"))
    cables.unplug()
    assert all(one.closed for one in made)
    assert not cables.plugged
    plug(cables, attempt())
    assert [one.number for one in made] == [1, 2, 3]
