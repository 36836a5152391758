"""What the peers of registered flows are asked not to begin: everything once per run, each entry's own source always."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab import catalogue, scenario
from lab.plan import build
from lab.verify import limited
from lab.verify.limited import Limits
from lab.verify.memory import Memory


@pytest.fixture
def asked(monkeypatch):
    """(controls, wishes) of each call."""
    calls = []
    monkeypatch.setattr(limited, "judge_denied", lambda _, controls, wishes: calls.append((controls, wishes)) or [])
    monkeypatch.setattr(limited, "settle", lambda _: None)
    return calls


def test_entries_with_one_peer_and_port_share_what_it_is_asked(asked):
    file = Path(__file__).parents[3] / "scenarios" / "wired.yaml"
    plan = build(scenario.load(file, as_of=date(2026, 4, 1)), catalogue.load(), "unit")
    entry = next(
        one for one in plan.allowed if one.origin == "register" and plan.place(plan.host(one.source).zone) == "lg"
    )
    zone = plan.host(entry.source).zone
    other = next(
        one.name for one in plan.hosts if one.zone == zone and one.name != entry.source and one.kind == "endpoint"
    )
    session = SimpleNamespace(plan=plan, memory=Memory())
    for controls, one in (
        (("TC-06",), entry),
        (("TC-06",), entry.model_copy(update={"source": other})),
        (("TC-06",), entry.model_copy(update={"source": other, "port": 8443})),
        (("ZONE-12",), entry),
    ):
        Limits(session, controls)(one).refuses_the_reverse_direction()
    first, second, another_port, another_control = (
        {(one.destination, one.port) for one in wishes} for _, wishes in asked
    )
    assert {(entry.source, entry.port), (other, entry.port)} < first
    assert {name for name, _ in second} == {other}
    assert {name for name, port in another_port if port == 8443} == {name for name, _ in first}
    assert another_control == first
