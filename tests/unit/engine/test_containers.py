from __future__ import annotations

from lab.engine.drift import container_drift
from lab.engine.listing import Listed
from lab.engine.names import Kind, container_name
from lab.plan import Image


def listed(plan, **states: str) -> list[Listed]:
    found = []
    for name in ("fabric", *(host.name for host in plan.hosts)):
        state = states.get(name.replace("-", "_"), "running")
        if state != "missing":
            found.append(
                Listed(
                    "id", container_name(plan.lab, name), plan.lab, Kind.HOST, name, "", "", state, "i", 0, "ref", {}
                )
            )
    return found


def told(plan, **states: str) -> list[tuple[str, str]]:
    return [
        (drift.host, drift.kind.value)
        for drift in container_drift(plan, listed(plan, **states), dict.fromkeys(Image, "i"))
    ]


def test_running_containers_are_no_drift(plan):
    assert told(plan) == []


def test_every_other_state_is_named(plan):
    states = {"fabric": "missing", "fw_mn": "exited", "mn_app": "paused", "mn_term": "created", "log": "dead"}
    assert told(plan, **states) == [
        ("fabric", "missing"),
        ("fw-mn", "stopped"),
        ("mn-app", "paused"),
        ("mn-term", "stopped"),
        ("log", "stopped"),
    ]


def test_a_foreign_image_is_named(plan):
    drifts = container_drift(plan, listed(plan), dict.fromkeys(Image, "other"))
    assert {drift.kind.value for drift in drifts} == {"image"}
    assert len(drifts) == len(plan.hosts) + 1
