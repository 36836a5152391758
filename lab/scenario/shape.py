"""Holding a tree against the shape of a scenario file.

What deviates is left out and the rest is kept, so that the judgement can go on and a user sees all problems at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lab.scenario.file import ScenarioFile
from lab.scenario.problems import Problems
from lab.scenario.tree import Node
from lab.scenario.wording import explain

_FOUNDATION = ("zones", "hosts", "reference")  # without them no host or zone can be called unknown


@dataclass(frozen=True)
class Checked:
    """The parts of a file that have the right shape, and where the list items among them stand."""

    file: ScenarioFile
    register: tuple[int, ...]  # index in the text of each entry that is left
    waivers: tuple[int, ...]


def check(root: Node, problems: Problems) -> Checked | None:
    """Give the file without the parts that deviate; None if too little is left to judge."""
    if not isinstance(root.value, dict):
        problems.add((), "a scenario is a mapping (`key: value`)", "begin with `edition: R8.3` and `model: alpha`")
        return None
    plain = root.plain()
    try:
        file = ScenarioFile.model_validate(plain)
    except ValidationError as error:
        details = error.errors(include_url=False)
        for detail in details:
            explain(detail, root, problems)
        if any(detail["loc"][0] in _FOUNDATION for detail in details):
            return None
        return _checked(_without(plain, details))
    return Checked(file, tuple(range(len(file.entries))), tuple(range(len(file.waivers))))


def _checked(plain: dict[str, Any]) -> Checked | None:
    kept = {
        key: tuple(index for index, item in enumerate(plain.get(key, [])) if item is not None)
        for key in ("register", "waivers")
    }
    for key, indexes in kept.items():
        plain[key] = [plain[key][index] for index in indexes]
    try:
        return Checked(ScenarioFile.model_validate(plain), kept["register"], kept["waivers"])
    except ValidationError:  # a whole section had to go that has no default; its problem is told already
        return None


def _without(plain: dict[str, Any], details: list[ErrorDetails]) -> dict[str, Any]:
    """Remove what deviates: an unknown key, a list item (None is left in its place), or a whole top-level key."""
    for detail in details:
        top, *rest = detail["loc"]
        if detail["type"] == "extra_forbidden":
            holder: Any = plain
            for step in detail["loc"][:-1]:
                # None: what it is in has gone before
                holder = holder.get(str(step)) if isinstance(holder, dict) else holder and holder[step]
            if holder is not None:
                holder.pop(detail["loc"][-1], None)
        elif top in ("register", "waivers") and rest and isinstance(plain.get(str(top)), list):
            plain[str(top)][rest[0]] = None
        else:
            plain.pop(str(top), None)
    return plain
