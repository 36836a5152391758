"""Dates of a scenario: absolute ones, and times from the day that counts as today."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9), "JST")


def today() -> date:
    """The calendar day in Japan, whatever the machine's clock is set to: registers and waivers end by it."""
    return datetime.now(JAPAN).date()


def resolve(text: str, as_of: date) -> date:
    """Turn `2027-03-31`, `+30d`, `+6m` or `+1y` into a date. ValueError if the calendar has no such day."""
    if not text.startswith("+"):
        return date.fromisoformat(text)
    count, unit = int(text[1:-1]), text[-1]
    try:
        if unit == "d":
            return as_of + timedelta(days=count)
        months = as_of.month - 1 + count * (12 if unit == "y" else 1)
        year, month = as_of.year + months // 12, months % 12 + 1
        return date(year, month, min(as_of.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{text} from {as_of} is beyond the calendar") from error
