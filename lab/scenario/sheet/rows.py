"""CSV text to rows of cells: quotes, line breaks inside cells, and the limits of what is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from lab.scenario.sheet.decode import Unreadable
from lab.scenario.tree import Problem

DELIMITERS = (",", "\t", ";")
MOST_ROWS = 2000
MOST_COLUMNS = 100
HEAD = 20  # rows in which the headings are looked for


def read_rows(path: Path, text: str, known: Callable[[Sequence[str]], int]) -> list[list[str]]:
    """Give all rows, row 1 first, blank ones included. The delimiter is the one by which `known` finds most headings.

    Raises Unreadable: a quote that isn't closed or stands in the middle, too many rows or columns.
    """
    delimiter = max(DELIMITERS, key=lambda one: max(map(known, _first(text, one)), default=0))
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise _no(path, len(rows), f"more than {MOST_ROWS} rows", "split the register")
            if len(row) > MOST_COLUMNS:
                raise _no(path, len(rows), f"more than {MOST_COLUMNS} columns", "remove the empty ones")
    except csv.Error as error:
        cause = "a quote that is opened here is not closed" if "end of data" in str(error) else f"no CSV: {error}"
        raise _no(
            path,
            len(rows) + 1,
            cause,
            'close every quote; a quote inside a cell is written twice, and the cell in quotes: "a ""b"" c"',
        ) from None
    return rows


def _first(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), HEAD))
    except csv.Error:
        return []


def _no(path: Path, row: int, cause: str, fix: str) -> Unreadable:
    return Unreadable(Problem(row, 1, cause, fix, sheet=path))
