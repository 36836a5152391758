"""Who listens to a network that is no more must go; who listens to this one stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lab.engine.strays import end_abandoned, end_strays

STARTED = datetime(2026, 11, 26, 1, 0, 0, tzinfo=UTC).timestamp()


class Client:
    """An engine with these containers: (id, kind, seconds after the fabric's start, state)."""

    def __init__(self, *these):
        self.these, self.removed = these, []

    def inspect_container(self, name):
        assert name == "sanso-unit--fabric"
        return {"State": {"StartedAt": "2026-11-26T01:00:00.123456789Z"}}

    def containers(self, **_how):
        return [
            {
                "Id": identity, "Names": [f"/{identity}"], "Labels": {"sanso.lab": "unit", "sanso.kind": kind}, "State": state,
                "ImageID": "i", "Image": "r", "Created": int(STARTED + after),
            }
            for identity, kind, after, state in self.these
        ]  # fmt: skip

    def remove_container(self, identity, **_how):
        self.removed.append(identity)


def test_listeners_of_the_fabric_before_go_and_nothing_else():
    client = Client(
        ("old", "capture", -5, "running"), ("prober", "prober", -1, "running"), ("new", "capture", 5, "running"),
        ("host", "host", -100, "running"), ("fabric", "fabric", -100, "running"), ("lock", "lock", -100, "running"),
    )  # fmt: skip
    assert end_strays(client, "unit") == 2
    assert client.removed == ["old", "prober"]


@pytest.mark.parametrize(
    ("kind", "age", "state", "goes"),
    [
        ("capture", 5, "running", False), ("capture", 5000, "running", False), ("capture", 5, "created", False),
        ("capture", 61, "created", True), ("capture", 61, "exited", True), ("prober", 5, "created", True),
        ("prober", 5, "running", False), ("host", 5000, "exited", False),
    ],
)  # fmt: skip
def test_only_what_nobody_started_is_cleared_away(kind, age, state, goes):
    client = Client(("one", kind, 0, state))
    assert end_abandoned(client, "unit", STARTED + age) == goes
    assert client.removed == ["one"] * goes
