"""lab graph."""

from __future__ import annotations

from pathlib import Path

import click

from lab.cli.options import LANG, NAME, given

EXAMPLES = """\b
lab graph                                    the running lab, to LAB.svg
lab graph scenarios/alpha.yaml               before it is built
lab graph evidence/minimal-20261126T001042Z  what a run judged
lab graph --lang ja -o 構成図.svg
lab graph | rsvg-convert -f pdf -o network.pdf
"""


@click.command("graph", epilog=EXAMPLES)
@click.argument("target", metavar="[SCENARIO | EVIDENCE]", type=click.Path(path_type=Path), required=False)
@NAME
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it here ('-': stdout).",
)
@LANG
def command(*, target: Path | None, name: str | None, output: Path | None, lang: str) -> int:
    """Draw the network as an SVG: zones, hosts, firewalls between them, and every allowed flow as an arrow.

    Without an argument: the lab that runs. With a SCENARIO file: the network that `lab up` would build, no engine
    needed. With an EVIDENCE folder: the network that that run judged.

    The file is LAB.svg in the current folder, and its path is printed; in a pipe the SVG itself goes to stdout. It
    needs nothing else: open it in a browser and hold the mouse over an arrow to read its id, purpose and service.
    """
    import sys

    from lab.cli.terminal import has_unicode
    from lab.operate.graph import as_ascii, picture, write

    if target is not None and given("name"):
        raise click.UsageError("either a scenario or evidence, or --lab NAME: not both")
    drawn = picture(target, name, lang)
    if str(output) == "-" or (output is None and not sys.stdout.isatty()):
        click.echo(drawn.svg if has_unicode() else as_ascii(drawn.svg), nl=False)
        return 0
    path = output or Path(f"{drawn.name}.svg")
    write(drawn, path)
    click.echo(path)
    return 0
