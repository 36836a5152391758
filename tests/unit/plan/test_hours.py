"""Windows of the week: when they are open, in Japan's time, and when they close."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lab.plan import Window, closing
from lab.scenario.dates import JAPAN

OFFICE = Window(days=("Mo", "Tu", "We", "Th", "Fr"), begin=8 * 60 + 30, end=17 * 60 + 15)
NIGHT = Window(days=("Fr",), begin=22 * 60, end=24 * 60), Window(days=("Sa",), begin=0, end=6 * 60)
ALWAYS = Window(days=("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), begin=0, end=24 * 60)
FRIDAY = datetime(2026, 11, 27, tzinfo=JAPAN)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return FRIDAY + timedelta(hours=hour, minutes=minute, seconds=second)


@pytest.mark.parametrize(
    ("then", "inside"),
    [(at(8, 29, 59), False), (at(8, 30), True), (at(17, 14, 59), True), (at(17, 15), False), (at(24 + 9), False)],
)
def test_the_first_minute_is_in_it_and_that_of_its_end_is_not(then, inside):
    assert OFFICE.has(then) is inside
    assert OFFICE.has(then.astimezone(UTC)) is inside  # whatever clock it is told by


def test_it_reads_as_it_is_written():
    assert str(OFFICE) == "Mo-Fr 08:30-17:15"
    assert str(NIGHT[1]) == "Sa 00:00-06:00"


def test_when_it_closes():
    assert closing([OFFICE], at(9, 0, 30)) == at(17, 15)
    assert closing([OFFICE], at(7)) == at(7)
    assert closing(NIGHT, at(23)) == at(24 + 6)  # over midnight by two windows
    assert closing([ALWAYS], at(3)) is None
    assert closing([], at(3)) == at(3)
