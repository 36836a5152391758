"""The report on a terminal: per control its worst state, then what went wrong and where the packet got through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from lab.catalogue import Catalogue
from lab.record import State, Verdict
from lab.record.outcome import summary

STYLE = {
    State.PASS: "green",
    State.FAIL: "bold red",
    State.ERROR: "bold magenta",
    State.NOT_TESTABLE: "yellow",
    State.WAIVED: "cyan",
}
SHOWN = 12  # wrong verdicts per control before "and N more"
DISCLAIMER = (
    "The lab tests this configuration against controls operationalised from public summaries of the guideline;\n"
    "it certifies nobody."
)


def table(verdicts: Sequence[Verdict], unjudged: Sequence[str], catalogue: Catalogue, edition: str) -> Table:
    """One line per control."""
    board = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("control", "state", "checks"):
        board.add_column(column, no_wrap=True, justify="right" if column == "checks" else "left")
    for column in ("warrant", "title"):
        board.add_column(column, overflow="fold")
    worst = summary(verdicts)
    for control in sorted({*worst, *unjudged}):
        mine = [verdict for verdict in verdicts if verdict.control == control]
        state = worst.get(control, State.ERROR)
        warrants = ", ".join(dict.fromkeys(v.warrant.value for v in mine if v.warrant))
        title = catalogue.control(control).title.en if control in catalogue.controls else ""
        word = state.value if control in worst else "error (no verdict)"
        board.add_row(control, Text(word, STYLE[state]), str(len(mine)), warrants, title)
    del edition
    return board


def wrong(verdicts: Sequence[Verdict]) -> RenderableType:
    """What failed or could not be judged, with its packet, grouped by control."""
    lines: list[Text] = []
    for control in sorted({v.control for v in verdicts}):
        bad = [v for v in verdicts if v.control == control and v.state is not State.PASS]
        for verdict in bad[:SHOWN]:
            head = (f"{control} {verdict.state.value}: ", STYLE[verdict.state])
            lines.append(Text.assemble(head, harmless(verdict.subject)))
            lines.append(Text(f"    {harmless(verdict.message_en)}"))
            if verdict.observations:
                lines.append(Text(f"    evidence: {', '.join(verdict.observations)}", "dim"))
        if len(bad) > SHOWN:
            lines.append(Text(f"{control}: and {len(bad) - SHOWN} more, all in verdicts.jsonl", "dim"))
    return Group(*lines)


def show(
    console: Console,
    run: Mapping[str, object],
    verdicts: Sequence[Verdict],
    unjudged: Sequence[str],
    catalogue: Catalogue,
) -> None:
    """The whole report."""
    head = f"lab {run['lab']}: scenario {run['scenario']}, edition {run['edition']}, model {run['model']}, as of {run['as_of']}"
    if run.get("study") is not None:
        study = next((one for one in catalogue.studies if one.id == run["study"]), None)
        console.print(Text(study.banner.en if study else harmless(str(run["study"])), "bold red"), highlight=False)
    console.print(Text.assemble(harmless(head), (" (subset)" if run["subset"] else "", "yellow")), highlight=False)
    console.print(table(verdicts, unjudged, catalogue, str(run["edition"])))
    if any(verdict.state is not State.PASS for verdict in verdicts):
        console.print()
        console.print(wrong(verdicts), highlight=False)
    if left_out := run.get("not_run"):
        told = f"\nnot run, because it disturbs the network (lab verify --disruptive): {_listed(left_out)}"
        console.print(Text(harmless(told)), highlight=False)
    if left_out := run.get("not_quick"):
        told = f"\nleft out by --quick, because it takes long: {_listed(left_out)}"
        console.print(Text(harmless(told)), highlight=False)
    console.print(Text(DISCLAIMER, "dim"), highlight=False)


def _listed(tests: object) -> str:
    """Tests as sentences, each once: "rules are loaded again (ZONE-05)"."""
    return "; ".join(str(one) for one in tests) if isinstance(tests, list) else str(tests)


def harmless(text: str) -> str:
    """Without signs that move the cursor or change colours: a host, or who wrote the bundle, may have put them there."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)
