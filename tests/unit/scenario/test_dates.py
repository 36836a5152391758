"""Days of a register are Japan's."""

from datetime import UTC, datetime

import pytest

from lab.scenario import dates


@pytest.mark.parametrize(
    ("moment", "day"), [("2026-11-27T14:59:59", "2026-11-27"), ("2026-11-27T15:00:00", "2026-11-28")]
)
def test_the_day_begins_when_it_does_in_japan(monkeypatch, moment, day):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(dates, "datetime", Clock)
    assert dates.today().isoformat() == day
