"""A CSV file to a list of register entries whose every value knows its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.scenario.problems import shown
from lab.scenario.sheet import cells
from lab.scenario.sheet.days import EXAMPLES, NoDay, expiry
from lab.scenario.sheet.decode import Unreadable, decode
from lab.scenario.sheet.headings import HEADINGS, Columns, find_columns, known
from lab.scenario.sheet.rows import read_rows
from lab.scenario.tree import HIDDEN, Node, Problem

_WHOSE = {"owner": "nobody answers for the entry", "expires": "the entry has no end"}  # TC-03 asks for these two
_PROSE = ("purpose", "owner", "note")
_ONLY_WORDS = ("id", "from", "to")


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
    read = [_Row(path, columns, number, row) for number, row in enumerate(rows, 1) if number > columns.row + 1]
    there = [row for row in read if not row.blank]
    if not there:
        fix = "add a row per entry; a scenario where nothing is open has no `register` at all"
        problems.append(Problem(columns.row + 1, 1, "headings alone: there is no entry below them", fix, sheet=path))
    nodes = [row.node() for row in there]
    problems += [problem for row in there for problem in row.problems]
    kept = [(node, row.cell("note")) for node, row in zip(nodes, there, strict=True) if not row.problems]
    entries = Node(columns.row + 1, 1, [node for node, _ in kept], sheet=path)
    return Sheet(entries, tuple(note for _, note in kept), unread, tuple(problems))


class _Row:
    """One row: its cells by key, and what is wrong with them."""

    def __init__(self, path: Path, columns: Columns, number: int, row: Sequence[str]) -> None:
        self._path, self._columns, self._number, self._row = path, columns, number, row
        self.problems: list[Problem] = []

    @property
    def blank(self) -> bool:
        """Tell whether it is no entry: nothing in it, or one cell that begins with ※ or # (a remark below the table)."""
        filled = [text.strip() for text in self._row if text.strip()]
        return not filled or (len(filled) == 1 and filled[0][0] in "※#")

    def cell(self, key: str) -> str:
        """Give a cell's text as it is meant; empty if there is no such column or cell."""
        place = self._columns.of.get(key)
        text = self._row[place] if place is not None and place < len(self._row) else ""
        return cells.prose(text) if key in _PROSE else cells.tidy(text)

    def node(self) -> Node:
        """Give the entry. It is whole only if there are no problems afterwards."""
        self._refuse_signs()
        self._refuse_gaps()
        words = {key: self.cell(key) for key in _ONLY_WORDS} | {key: self.cell(key) for key in ("purpose", "owner")}
        values: dict[str, Node] = {key: self._at(key, word) for key, word in words.items()}
        values["service"] = self._service()
        if self.cell("direction"):
            values["direction"] = self._at("direction", cells.direction(self.cell("direction")))
        limit = self._at("mac", None)
        limit.value = limit.keys = {"mac": self._at("mac", self._mac())}
        values["limit"] = limit
        values["expires"] = self._at("expires", self._expires())
        place = self._at("id", None)
        return Node(place.line, place.column, values, dict(values), sheet=self._path)

    def _at(self, key: str, value: object) -> Node:
        return Node(self._number, self._columns.of.get(key, 0) + 1, value, sheet=self._path)

    def _say(self, column: int, cause: str, fix: str) -> None:
        self.problems.append(Problem(self._number, column + 1, cause, fix, sheet=self._path))

    def _refuse_signs(self) -> None:
        """Formulas, control characters, and cells that no heading stands above."""
        headed = set(self._columns.of.values())
        for column, text in enumerate(self._row):
            if cells.is_formula(text) and (column in headed or text.lstrip()[:1] in ("=", "@")):
                fix = "write the value itself; for text that begins with such a sign, an apostrophe in front"
                self._say(column, f"a formula: {shown(text.strip())}", fix)
            elif column in headed and (hidden := HIDDEN.search(text.replace("\r", ""))):
                self._say(column, f"the cell holds the control character U+{ord(hidden[0]):04X}", "remove it")
            elif text.strip() and column not in headed and column not in self._columns.unread:
                self._say(
                    column, f"{shown(text.strip())} has no heading above it", "give the column a heading, or clear it"
                )

    def _refuse_gaps(self) -> None:
        """Cells that must say something: one problem for the row, and those of TC-03 by themselves."""
        needed = ["id", "purpose", "from", "to", "port" if "port" in self._columns.of else "service"]
        gaps = [key for key in needed if not self.cell(key)]
        if self.cell("port").isdecimal() and not self.cell("protocol"):
            if "protocol" in self._columns.of:
                gaps.append("protocol")
            else:
                fix = "write e.g. tcp/443, or add a column プロトコル"
                self._say(self._columns.of["port"], f"TC-02: {self.cell('port')} names no protocol", fix)
        if gaps:
            names = ", ".join(HEADINGS[key][0] for key in gaps)
            verb = "is" if len(gaps) == 1 else "are"
            self._say(self._columns.of[gaps[0]], f"{names} {verb} empty", "fill in, or clear the whole row")
        for key, what in _WHOSE.items():
            if not self.cell(key):
                fix = f"fill in {HEADINGS[key][0]}, e.g. {'市民課' if key == 'owner' else EXAMPLES}"
                self._say(self._columns.of[key], f"TC-03: {HEADINGS[key][0]} is empty: {what}", fix)

    def _service(self) -> Node:
        """Protocol and port together; it stands at the cell that is more likely to be wrong."""
        protocol, port = self.cell("protocol"), self.cell("port") or self.cell("service")
        text = cells.service(protocol, port)
        key = "port" if "port" in self._columns.of else "service"
        if "protocol" in self._columns.of and text.partition("/")[0] not in ("tcp", "udp"):
            key = "protocol"
        return self._at(key, text)

    def _mac(self) -> bool:
        said = cells.switch(self.cell("mac"))
        if said is None:
            self._say(
                self._columns.of["mac"],
                f"{HEADINGS['mac'][0]}: {shown(self.cell('mac'))} is neither yes nor no",
                "write ○ or ×, 有 or 無, はい or いいえ",
            )
        return bool(said)

    def _expires(self) -> str:
        text = self.cell("expires")
        try:
            return expiry(text) if text else ""
        except NoDay as error:
            what = f"TC-03: {HEADINGS['expires'][0]}: {shown(text)}: {error}"
            self._say(self._columns.of["expires"], what, f"e.g. {EXAMPLES}")
            return ""
