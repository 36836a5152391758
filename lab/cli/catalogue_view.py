"""The catalogue on a terminal: a table of controls, or one control with everything that is known and not known of it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from lab.catalogue import Case, Catalogue, Code, Control, Evidence, Obligation, Text
from lab.cli.catalogue_words import CARRIED, CARRIED_OVER, CODES, MARKS, NEEDS, WORDS
from lab.cli.terminal import console

INDENT = 2
STYLES = {Code.UNKNOWN: "yellow", Code.LAB: "cyan", Code.INFERRED: "cyan", Code.PROHIBITED: "red"}


def overview(controls: Sequence[Control], catalogue: Catalogue, edition: str, *, japanese: bool) -> None:
    """One line per control. A cell that isn't the guideline's own word keeps its mark, explained below the table."""
    view = _View(japanese=japanese, whole_lines=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (view.word("control"), edition, view.word("tested")):
        table.add_column(heading, no_wrap=True)
    table.add_column(view.word("title"), overflow="fold")
    for control in controls:
        cell = control.obligation[edition]
        tested = view.word("yes" if control.tested else "no")
        table.add_row(control.id, _cell(cell), tested, view.say(control.title))
    view.print(table)
    view.print()
    view.legend([control.obligation[edition] for control in controls])
    view.print()
    _read(view, catalogue, edition)
    if controls:
        view.print(Line(view.word("more").format(controls[0].id), "dim"))


def one(control: Control, catalogue: Catalogue, edition: str, *, japanese: bool) -> None:
    """All of one control. The line of `edition` stands out among the editions."""
    view = _View(japanese=japanese)
    view.print(Line.assemble((control.id, "bold"), "  ", (view.say(control.title), "bold")))
    view.pair(view.word("zones"), ", ".join(control.zones))
    if control.paths:
        view.pair(view.word("paths"), ", ".join(control.paths))
    if control.needs:
        view.pair(
            view.word("needs"), ", ".join(view.say(NEEDS[need]) if need in NEEDS else need for need in control.needs)
        )
    view.heading("asks")
    view.text(view.say(control.asks))
    _obligations(view, control, catalogue, edition)
    view.heading("evidence")
    for evidence in control.evidence:
        _evidence(view, evidence, catalogue)
    view.heading("how")
    view.text(view.say(control.how))
    if not control.tested:
        view.text(view.word("untested"))
    for key, texts in (("breaks", control.breaks), ("limits", control.limits)):
        view.heading(key)
        for text in texts:
            view.item(view.say(text))
    if control.cases:
        view.heading("cases")
        for case in control.cases:
            _case(view, case)


def _obligations(view: _View, control: Control, catalogue: Catalogue, edition: str) -> None:
    view.heading("obligation")
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, cell in control.obligation.items():
        words = view.say(CODES[cell.code])
        if cell.note:
            words += view.aside(view.say(cell.note))
        table.add_row(Line(name, "bold" if name == edition else ""), _cell(cell), words)
    view.print(Padding(table, (0, 0, 0, INDENT), expand=False))
    if any(cell.carried_over for cell in control.obligation.values()):
        view.text(f"{CARRIED_OVER} {view.say(CARRIED)}")
    _read(view, catalogue, edition)


def _read(view: _View, catalogue: Catalogue, edition: str) -> None:
    """How much of the edition's own text the catalogue rests on."""
    shown = next(each for each in catalogue.editions if each.id == edition)
    view.text(f"{edition}{view.aside(view.say(shown.title))} {view.word('basis')}: {view.say(shown.read)}")


def _evidence(view: _View, evidence: Evidence, catalogue: Catalogue) -> None:
    """Mark, part of the control that it covers, and the document with what of it was read."""
    head = f"{evidence.mark.value} ({view.say(MARKS[evidence.mark])})"
    view.item(head + (f": {view.say(evidence.about)}" if evidence.about else ""))
    if evidence.source is None:
        return
    source = catalogue.sources[evidence.source]
    where = f", {evidence.where}" if evidence.where else ""
    view.text(f"{evidence.source}{where}: {source.title}", deeper=True)
    view.url(source.url)
    view.text(f"{view.word('read')}: {view.say(source.read)}", deeper=True)


def _case(view: _View, case: Case) -> None:
    state = view.word("built" if case.built else "unbuilt")
    view.item(f"{case.id} {state}: {view.say(case.what)}" + (view.aside(view.say(case.reason)) if case.reason else ""))


def _cell(cell: Obligation) -> Line:
    return Line(cell.code.value + (f" {CARRIED_OVER}" if cell.carried_over else ""), STYLES.get(cell.code, ""))


class _View:
    """A console that speaks one of the two languages."""

    def __init__(self, *, japanese: bool, whole_lines: bool = False) -> None:
        self._japanese = japanese
        self._console = console() if whole_lines else Console(highlight=False, markup=False, emoji=False)

    def say(self, text: Text) -> str:
        return text.ja if self._japanese else text.en

    def word(self, key: str) -> str:
        return self.say(WORDS[key])

    def aside(self, text: str) -> str:
        return f"（{text}）" if self._japanese else f" ({text})"

    def print(self, *what: object) -> None:
        self._console.print(*what)

    def heading(self, key: str) -> None:
        self.print()
        self.print(Line(self.word(key), "bold"))

    def pair(self, name: str, value: str) -> None:
        self.print(Line.assemble((f"{name}: ", "dim"), value))

    def text(self, text: str, *, deeper: bool = False) -> None:
        self.print(Padding(Line(text), (0, 0, 0, INDENT * (2 if deeper else 1)), expand=False))

    def item(self, text: str) -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_row("-", Line(text, overflow="fold"))
        self.print(Padding(grid, (0, 0, 0, INDENT), expand=False))

    def url(self, url: str) -> None:
        """Unbroken, so that it can be copied."""
        self._console.print(Line(" " * INDENT * 2 + url, "dim"), soft_wrap=True)

    def legend(self, cells: Sequence[Obligation]) -> None:
        """What the codes in these cells mean."""
        grid = Table.grid(padding=(0, 2))
        for code in Code:
            if any(cell.code is code for cell in cells):
                grid.add_row(Line(code.value, STYLES.get(code, "")), self.say(CODES[code]))
        if any(cell.carried_over for cell in cells):
            grid.add_row(CARRIED_OVER, self.say(CARRIED))
        self.print(grid)
