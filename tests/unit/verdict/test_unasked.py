"""What a stranger's packets show about a terminal."""

from __future__ import annotations

from lab.plan import Family, Protocol
from lab.record import Attempt, Place, State, Train
from lab.verdict.unasked import answers_nobody, drops_what_it_counts

ATTEMPT = Attempt(
    source="tele-term", destination="tele-term", address="192.168.1.20", family=Family.IPV4, protocol=Protocol.TCP, port=22,
    intruder_segment="home", intruder_next_hop="02:00:00:00:00:20", intruder_source="192.168.1.66",
)  # fmt: skip


def train(count: int, **more) -> Train:
    place = Place(port="tele-term.home", direction="to", at_us=tuple(range(count)))
    return Train.model_validate(
        {
            "id": "obs-1",
            "attempt": ATTEMPT,
            "carrier": "syn",
            "began_ns": 1,
            "source_port": 1,
            "places": (place,),
            **more,
        }
    )


def test_all_that_was_delivered_must_have_been_dropped_and_counted():
    mine, other = train(20), train(15)
    assert answers_nobody(mine, (mine, other), 35, "tele-term").state is State.PASS
    assert answers_nobody(mine, (mine, other), 40, "tele-term").state is State.PASS  # others knock too
    found = answers_nobody(mine, (mine, other), 20, "tele-term")
    assert found.state is State.FAIL
    assert "the rest was let in" in found.message_en


def test_packets_that_never_came_show_nothing():
    mine = train(2)
    assert answers_nobody(mine, (mine,), 100, "tele-term").state is State.ERROR
    lossy = train(20, trouble=("the tap lost 3 frames",))
    assert answers_nobody(lossy, (lossy,), 20, "tele-term").state is State.ERROR


def test_a_counter_speaks_for_a_drop_only_if_a_drop_follows_it():
    assert drops_what_it_counts("tele-term", ["drop"]).state is State.PASS
    assert drops_what_it_counts("tele-term", []).state is State.ERROR
    for endings in (["accept"], ["drop", ""], ["drop", "log accept"]):
        assert drops_what_it_counts("tele-term", endings).state is State.FAIL
