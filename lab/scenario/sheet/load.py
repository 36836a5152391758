"""A CSV file by itself: the entries that it holds, checked as far as no network is needed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lab.scenario.dates import today
from lab.scenario.entry import accountable, service_of, unique
from lab.scenario.file import RegisterEntry
from lab.scenario.problems import Problems
from lab.scenario.shape import check
from lab.scenario.sheet.inside import SHORT, SheetFile
from lab.scenario.sheet.read import read_sheet
from lab.scenario.text import read_bytes
from lab.scenario.tree import Node


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """Entries with their notes, and the headings of the columns that were not read."""

    entries: tuple[RegisterEntry, ...]
    notes: tuple[str, ...]
    unread: tuple[str, ...]


def load_sheet(file: SheetFile, *, as_of: date | None = None) -> RegisterSheet:
    """Read a CSV file. `as_of` is the day that counts as today; hosts and flows are judged with a scenario only.

    Raises BadInput if there is no file to read; ManyErrors, each with file:row:column, for everything else.
    """
    day = as_of or today()
    path = file.path
    sheet = read_sheet(path, read_bytes(path, fix="name the CSV file", what=SHORT), file.encoding)
    words = {"edition": Node(0, 0, "-"), "model": Node(0, 0, "-"), "register": sheet.entries}
    root = Node(0, 0, words, dict(words), sheet=path)
    problems = Problems(path, root)
    problems.take(sheet.problems)
    checked = check(root, problems)
    if checked is not None:
        unique(checked, problems)
        for index, entry in zip(checked.register, checked.file.entries, strict=True):
            at = ("register", index)
            accountable(at, entry, day, problems)
            service_of(at, entry, problems)
    problems.stop()
    assert checked is not None  # what has no shape is a problem
    return RegisterSheet(tuple(checked.file.entries), sheet.notes, sheet.unread)
