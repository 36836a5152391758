"""Dates as they stand in a municipality's spreadsheet: western and Japanese years, fiscal years, times from today."""

from __future__ import annotations

import re
from datetime import date

from lab.scenario.sheet.cells import tidy, words

ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}  # the year before the first one
_RELATIVE = re.compile(r"\+[1-9][0-9]{0,3}[dmy]")
_YEAR = r"(?:(?P<era>令和|平成|昭和|[rhs])\.?(?P<short>元|[0-9]{1,2})|(?P<year>[0-9]{4}))"
_DAY = re.compile(rf"{_YEAR}(?:年|[-/.])(?P<month>[0-9]{{1,2}})(?:月|[-/.])(?P<day>[0-9]{{1,2}})日?(?:まで)?")
_FISCAL = re.compile(rf"{_YEAR}(?:年度末|年度)(?:まで)?")
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_CLOCK = re.compile(r"\s+0{1,2}:00(:00)?$")
_SERIAL = re.compile(r"[0-9]{5}")
_ENDLESS = words("無期限 期限なし 期限無し 無し なし 永続 - 未定")
EXAMPLES = "2027/3/31, 2027-03-31, 令和9年3月31日, R9.3.31, 令和8年度末, or from today +1y"


class NoDay(Exception):  # noqa: N818 - it says what the cell is not
    """The cell says no day; the message says why."""


def expiry(text: str) -> str:
    """Give `2027-03-31` or `+1y`, as a scenario takes it. Raises NoDay."""
    word = re.sub(r"\s+", "", _CLOCK.sub("", tidy(text).casefold()))
    if _RELATIVE.fullmatch(word):
        return word
    if word in _ENDLESS:
        raise NoDay("an entry has an end")
    if match := _FISCAL.fullmatch(word):
        return _day(_year(match) + 1, 3, 31)
    if match := _DAY.fullmatch(word):
        return _day(_year(match), int(match["month"]), int(match["day"]))
    if match := _COMPACT.fullmatch(word):
        return _day(*(int(part) for part in match.groups()))
    if _SERIAL.fullmatch(word):
        raise NoDay("this is a spreadsheet's day number: format the column as a date and save again")
    raise NoDay("it is not written as a date that can be read one way only")


def _year(match: re.Match[str]) -> int:
    if match["year"]:
        return int(match["year"])
    return ERAS[match["era"]] + (1 if match["short"] == "元" else int(match["short"]))


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise NoDay(f"there is no such day ({error})") from None
