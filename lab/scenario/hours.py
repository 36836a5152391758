"""When terminals that work from outside may have their tunnel: windows of the week, by class (VPN-14)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.scenario.classes import outside
from lab.scenario.file import ScenarioFile
from lab.scenario.model import Window
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.topology import Topology

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")  # as datetime.weekday counts them
WHOLE_DAY = 24 * 60  # minutes
_WINDOW = re.compile(
    r"(?P<first>[A-Za-z]+)(-(?P<last>[A-Za-z]+))? +(?P<begin>[0-9]{2}:[0-9]{2})-(?P<end>[0-9]{2}:[0-9]{2})"
)
_EXAMPLE = "e.g. `Mo-Fr 08:30-17:15`, and a comma before the next one"


def hours(file: ScenarioFile, topology: Topology, problems: Problems) -> dict[str, tuple[Window, ...]]:
    """Class (the place of its zone) -> its windows; what can't be becomes a problem at its place."""
    return {
        class_: tuple(_windows(text, ("hours", zone), problems))
        for zone, class_, text in outside("hours", file.hours, file, topology, problems)
    }


def _windows(text: str, at: tuple[str, str], problems: Problems) -> Iterator[Window]:
    for part in (one.strip() for one in text.split(",")):
        match = _WINDOW.fullmatch(part)
        if match is None:
            problems.add(at, f"{shown(part)} is no window of the week", _EXAMPLE)
            continue
        first, last = match["first"], match["last"] or match["first"]
        begin, end = _minutes(match["begin"]), _minutes(match["end"])
        if unknown := [day for day in (first, last) if day not in DAYS]:
            problems.add(at, f"unknown day {shown(unknown[0])}", nearest(unknown[0], DAYS, what="days"))
        elif DAYS.index(last) < DAYS.index(first):
            problems.add(at, f"{first}-{last} goes over the end of the week", f"two windows: {first}-Su and Mo-{last}")
        elif begin is None or end is None:
            wrong = match["begin"] if begin is None else match["end"]
            problems.add(at, f"{wrong} is no time of the day", "00:00 to 24:00")
        elif end <= begin:
            fix = "over midnight it takes two windows: `Mo 22:00-24:00, Tu 00:00-06:00`"
            problems.add(at, f"{shown(part)} ends before it begins", fix)
        else:
            yield Window(days=DAYS[DAYS.index(first) : DAYS.index(last) + 1], begin=begin, end=end)


def _minutes(text: str) -> int | None:
    """Minutes since midnight; None for what is no time of the day."""
    hour, minute = (int(part) for part in text.split(":"))
    found = 60 * hour + minute
    return found if minute < 60 and found <= WHOLE_DAY else None  # noqa: PLR2004 - minutes of an hour
