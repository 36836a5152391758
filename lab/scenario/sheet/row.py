"""One row of a sheet: what its cells say, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lab.scenario.problems import shown
from lab.scenario.sheet import cells
from lab.scenario.sheet.days import EXAMPLES, NoDay, expiry
from lab.scenario.sheet.headings import HEADINGS, Columns
from lab.scenario.tree import HIDDEN, Node, Problem

_WHOSE = {"owner": "nobody answers for the entry", "expires": "the entry has no end"}  # TC-03 asks for these two
_PROSE = ("purpose", "owner", "note")
_PLAIN = ("id", "purpose", "from", "to", "owner")  # keys whose cell is the value
MOST_OF_AN_ID = 32


class Row:
    """One row: its cells by key, and what is wrong with them."""

    def __init__(self, path: Path, columns: Columns, number: int, row: Sequence[str]) -> None:
        self._path, self._columns, self.number, self._row = path, columns, number, row
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

    def refuse_id(self, number: int) -> None:
        """Say that the id is that of row `number`."""
        cause = f"the id {self.cell('id')[:MOST_OF_AN_ID]} is here twice (first in row {number})"
        self._say(self._columns.of["id"], cause, "give every entry an id of its own")

    def node(self) -> Node:
        """Give the entry. It is whole only if there are no problems afterwards."""
        self._refuse_signs()
        self._refuse_gaps()
        values = {key: self._at(key, self.cell(key)) for key in _PLAIN}
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
        return Node(self.number, self._columns.of.get(key, 0) + 1, value, sheet=self._path)

    def _say(self, column: int, cause: str, fix: str) -> None:
        self.problems.append(Problem(self.number, column + 1, cause, fix, sheet=self._path))

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
