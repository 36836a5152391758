"""lab register."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from lab.cli.options import AS_OF, Decorator

ENCODINGS = click.Choice(["utf-8", "cp932", "shift_jis", "euc-jp"])
OUTPUT: Decorator = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A new file (default: standard output)."
)


@click.group("register")
def command() -> None:
    """Take the register of specific communications (特定通信台帳) from a spreadsheet, or bring it into one."""


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@OUTPUT
@click.option("--encoding", type=ENCODINGS, help="Default: UTF-8 if it is, else CP932 (Shift_JIS).")
@click.option(
    "--scenario", type=click.Path(path_type=Path), help="Judge the entries in this scenario, in the place of its own."
)
@AS_OF
def import_(*, file: Path, output: Path | None, encoding: str | None, scenario: Path | None, as_of: date | None) -> int:
    """Check a CSV FILE and print its entries as the `register:` of a scenario.

    Everything that is wrong is told at once, by row and column. A scenario can also name the file itself:
    `register: {csv: FILE}`.
    """
    from lab.operate.register import imported, write_new
    from lab.scenario import SheetFile

    found = imported(SheetFile(file, encoding), judged_in=scenario, as_of=as_of)
    if output is None:
        click.echo(found.text.encode(), nl=False)  # UTF-8 whatever the terminal speaks: it is a file's text
    else:
        write_new(output, found.text.encode())
    click.echo(f"{found.entries} {'entry' if found.entries == 1 else 'entries'} of {file}", err=True)
    if found.unread:
        click.echo(f"columns that were not read: {', '.join(found.unread)}", err=True)
    return 0


@command.command("export")
@click.argument("scenario", type=click.Path(path_type=Path))
@OUTPUT
@click.option("--encoding", type=ENCODINGS, default="utf-8", show_default=True, help="utf-8 has a BOM, for Excel.")
@AS_OF
def export(*, scenario: Path, output: Path | None, encoding: str, as_of: date | None) -> int:
    """Write the register of SCENARIO as CSV, with dates in the place of times like +1y."""
    from lab.operate.register import exported, write_new

    content = exported(scenario, encoding=encoding, as_of=as_of)
    if output is None:
        click.echo(content, nl=False)
    else:
        write_new(output, content)
    return 0
