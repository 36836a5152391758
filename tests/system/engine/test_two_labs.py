"""Two labs with the same addresses, side by side: neither sees the other."""

from __future__ import annotations

import pytest

ASK = "socat -T 2 - TCP:10.10.0.10:8080,connect-timeout=2 </dev/null"


@pytest.fixture
def other(engine, images, plan):
    made = engine.create(plan.model_copy(update={"lab": f"{plan.lab}-2"}), images)
    made.mark_complete()
    yield made
    engine.down(made.name)


def test_each_answers_for_itself(lab, other, hosts, hosts_of):
    twin = hosts_of(other)
    for where, word in ((hosts, "first"), (twin, "second")):
        where.run("mn-app", f"setsid socat TCP-LISTEN:8080,fork,reuseaddr SYSTEM:'echo {word}' >/dev/null 2>&1 &")
        where.run("mn-app", "until ss -ltn | grep -q :8080; do sleep 0.02; done")
    assert hosts.run("mn-term", ASK).strip() == "first"
    assert twin.run("mn-term", ASK).strip() == "second"
    assert hosts.run("mn-term", "ip -j neigh show 10.10.0.10") != "[]"


def test_removing_one_leaves_the_other_as_it_was(engine, lab, other, hosts):
    engine.down(other.name)
    assert lab.drift() == ()
    assert hosts.answers("mn-term", "10.10.0.10")
