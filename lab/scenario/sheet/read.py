"""A CSV file to a list of register entries whose every value knows its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.scenario.sheet.decode import Unreadable, decode
from lab.scenario.sheet.headings import find_columns, known
from lab.scenario.sheet.row import Row
from lab.scenario.sheet.rows import read_rows
from lab.scenario.tree import Node, Problem


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a CSV file holds: the entries as a list of mappings, a note for each, and headings that were not read."""

    entries: Node
    notes: tuple[str, ...]
    unread: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_sheet(path: Path, content: bytes, encoding: str | None = None) -> Sheet:
    """Read all of it; rows with a problem are left out. `path` is for messages, `encoding` a key of ENCODINGS."""
    nothing = Node(1, 1, [], sheet=path)
    try:
        text, name = decode(path, content, encoding)
        rows = read_rows(path, text, known)
    except Unreadable as unreadable:
        return Sheet(nothing, (), (), (unreadable.problem,))
    columns, problems = find_columns(path, rows, name)
    unread = tuple(columns.unread.values())
    if problems:
        return Sheet(nothing, (), unread, tuple(problems))
    read = [Row(path, columns, number, row) for number, row in enumerate(rows, 1) if number > columns.row + 1]
    there = [row for row in read if not row.blank]
    if not there:
        fix = "add a row per entry; a scenario where nothing is open has no `register` at all"
        problems.append(Problem(columns.row + 1, 1, "headings alone: there is no entry below them", fix, sheet=path))
    nodes = [row.node() for row in there]
    _same_ids(there)
    problems += [problem for row in there for problem in row.problems]
    kept = [(node, row.cell("note")) for node, row in zip(nodes, there, strict=True) if not row.problems]
    entries = Node(columns.row + 1, 1, [node for node, _ in kept], sheet=path)
    return Sheet(entries, tuple(note for _, note in kept), unread, tuple(problems))


def _same_ids(rows: Sequence[Row]) -> None:
    """Ids that are there twice, where one of the two rows is left out for another problem; the others are judged later."""
    first: dict[str, Row] = {}
    for row in rows:
        before = first.setdefault(row.cell("id"), row)
        if before is not row and row.cell("id") and (before.problems or row.problems):
            row.refuse_id(before.number)
