"""Who is tried as a stranger at a screen gateway, by the plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lab import catalogue, scenario
from lab.plan import Family, build
from lab.verify.screen_origin import strangers
from lab.verify.subjects import SUBJECTS

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def plan():
    loaded = scenario.load(PROJECT / "scenarios" / "screens.yaml", as_of=date(2026, 11, 23))
    return build(loaded, catalogue.load(), "unit")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("internet_screen", ("scr-gw-in", "in-app", "in-dns", "in-term", "in-desk")),
        ("my_number_screen", ("scr-gw-mn",)),
        ("remote_screen", ("screen-gw",)),
    ],
)
@pytest.mark.parametrize("family", list(Family))
def test_strangers_are_the_gateway_itself_and_its_neighbours(plan, subject, expected, family):
    ((_, entry),) = SUBJECTS[subject](plan)
    assert strangers(plan, entry, family) == expected


def test_who_is_registered_is_no_stranger(plan):
    ((_, entry),) = SUBJECTS["internet_screen"](plan)
    both = plan.model_copy(update={"allowed": (*plan.allowed, entry.model_copy(update={"source": "in-term"}))})
    assert "in-term" not in strangers(both, entry, Family.IPV4)
