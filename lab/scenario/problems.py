"""Collecting problems at their places, to be raised all at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from lab.errors import BadInput, ManyErrors
from lab.scenario.text import printable
from lab.scenario.tree import Node, Problem

MOST = 50
Location = Sequence[str | int]


class Problems:
    """What is wrong with one file."""

    def __init__(self, path: Path, root: Node) -> None:
        self._path, self._root = path, root
        self._found: list[Problem] = []

    def add(self, location: Location, cause: str, fix: str = "", *, on_key: bool = False) -> None:
        """Say what is wrong at `location`; `on_key` points at the key instead of its value."""
        node = self.node(location, on_key=on_key)
        self._found.append(Problem(node.line, node.column, cause, fix, sheet=node.sheet))

    def take(self, problems: Iterable[Problem]) -> None:
        self._found.extend(problems)

    def __bool__(self) -> bool:
        return bool(self._found)

    def node(self, location: Location, *, on_key: bool = False) -> Node:
        """Find the node at `location`, or the deepest one above it that exists."""
        node, key = self._root, self._root
        for step in location:
            if isinstance(node.value, dict) and str(step) in node.value:
                node, key = node.value[str(step)], node.keys[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = key = node.value[step]
            else:
                break
        return key if on_key else node

    def stop(self) -> None:
        """Raise ManyErrors if there are any, in the order of the file."""
        if not self._found:
            return
        raise many(self._path, self._found)


def many(path: Path, found: Iterable[Problem]) -> ManyErrors:
    """Put the problems of one file, and of the CSV files that it names, in order; MOST of them are told."""
    unique = sorted(set(found), key=lambda one: (str(one.sheet or ""), one.line, one.column, one.cause))
    errors = [_error(path, one) for one in unique[:MOST]]
    if len(unique) > MOST:
        errors.append(BadInput(f"and {len(unique) - MOST} more", where=printable(str(path))))
    return ManyErrors(errors)


def _error(path: Path, problem: Problem) -> BadInput:
    where, cause = printable(str(problem.sheet or path)), problem.cause
    if problem.line:
        where = f"{where}:{problem.line}:{problem.column}"
    if problem.sheet and problem.line:
        cause = f"cell {cell_name(problem.line, problem.column)}: {cause}"
    return BadInput(cause, fix=problem.fix, where=where)


def cell_name(row: int, column: int) -> str:
    """Name a cell as a spreadsheet does: row 3, column 8 is H3; column 27 is AA."""
    letters = ""
    while column > 0:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def shown(value: object) -> str:
    """Quote a value for a message, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - about half a line


def nearest(word: str, known: Iterable[str], *, what: str) -> str:
    """Suggest the nearest known word, or list what there is."""
    names = sorted(known)
    near = get_close_matches(word[:64], names, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"{what}: {', '.join(names)}" if names else f"there are no {what}"
