"""What a scenario says per class of telework terminals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from lab.scenario.file import ScenarioFile
from lab.scenario.problems import Problems, shown
from lab.scenario.topology import Topology

T = TypeVar("T")


def outside(
    key: str, said: Mapping[str, T], file: ScenarioFile, topology: Topology, problems: Problems
) -> Iterator[tuple[str, str, T]]:
    """(zone as written, class, what is said of it); a class none of whose terminals works from outside becomes a problem."""
    for zone, one in said.items():
        if zone not in file.paths.telework or zone not in topology.zones:
            problems.add(
                (key, zone),
                f"no terminal of class {shown(zone)} works from outside here",
                f"add it to the path: `paths: {{telework: [{zone}]}}`, or take it out of `{key}`",
                on_key=True,
            )
            continue
        yield zone, topology.zones[zone].place, one


def inspection(file: ScenarioFile, topology: Topology, problems: Problems) -> dict[str, int]:
    """Class -> days that an inspection of its terminals holds (TW-09)."""
    return {class_: days for _, class_, days in outside("inspection", file.inspection, file, topology, problems)}
