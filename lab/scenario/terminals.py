"""Terminals that work from outside: whose they are decides what the guideline says to them (TW-01)."""

from __future__ import annotations

from collections.abc import Mapping

from lab.catalogue import Catalogue, Place, Ruling
from lab.scenario.file import NewHost, ScenarioFile
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.topology import Zone

TELEWORK = "telework-terminal"
POOL_PLACE = "home"  # where terminals are once they are inside
_OF_STUDY = "mn-telework-terminal"


def telework_ruling(catalogue: Catalogue, zone: str, place: str, *, edition: str, model: str) -> Ruling:
    """What edition and model say to telework into a zone."""
    source, target = Place(POOL_PLACE, POOL_PLACE, TELEWORK), Place(zone, place, "terminal")
    return catalogue.ruling(source, target, edition=edition, model=model)


class Terminals:
    """Terminals that a scenario adds to those of its paths."""

    def __init__(self, file: ScenarioFile, catalogue: Catalogue, zones: Mapping[str, Zone], problems: Problems) -> None:
        self._file, self._catalogue, self._zones, self._problems = file, catalogue, zones, problems

    def function(self, at: tuple[str | int, ...], host: NewHost) -> str:
        """What a terminal of that class is in the network."""
        classes, name = self._file.paths.telework, host.class_
        if name is None:
            known = ", ".join(classes)
            self._problems.add(
                at, "`class` is missing here: whose terminal is it?", f"add e.g. `class: lg`; known: {known}"
            )
            return TELEWORK
        at = (*at, "class")
        zone = self._zones.get(name)
        if zone is None:
            self._problems.add(
                at, f"TW-01: unknown class {shown(name)} of a terminal", nearest(name, classes, what="classes")
            )
            return TELEWORK
        study = None if self._file.study is None else self._catalogue.study(self._file.study)
        if study is not None and study.path == "telework" and study.place == zone.place:
            return _OF_STUDY
        file = self._file
        ruling = telework_ruling(self._catalogue, name, zone.place, edition=file.edition, model=file.model)
        if not ruling.permitted and ruling.control != "ZONE-05":
            who = f"edition {file.edition}, model {file.model}"
            cause = f"{ruling.control}: {who} forbids terminals of class {name} ({ruling.reason_en})"
            self._problems.add(at, cause, nearest("", classes, what="classes"))
        elif name not in classes:
            self._problems.add(
                at, f"TW-01: terminals of class {name} have no way in", f"add {name} to `paths: {{telework: [...]}}`"
            )
        return TELEWORK
