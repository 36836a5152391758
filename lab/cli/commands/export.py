"""lab export."""

from __future__ import annotations

from pathlib import Path

import click

from lab.cli.options import JSON, NAME

EXAMPLES = """\b
lab export fw-mn                      files go to overlays/fw-mn/
lab export fw-mn -o scenarios/ours    beside a scenario of yours
"""


@click.command("export", epilog=EXAMPLES)
@click.argument("host")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("overlays"),
    show_default=True,
    metavar="FOLDER",
    help="Where the files go, in a folder of the host's name.",
)
@NAME
@JSON
def command(*, host: str, folder: Path, name: str | None, as_json: bool) -> int:
    """Keep what was changed by hand on HOST: changed files become overlays, and the lines for the scenario are printed.

    Keys and secrets are never written. What an overlay can't hold (rules in the kernel alone, deleted files, files that
    no role delivers) is named on stderr, and the exit code is 2 then.
    """
    from dataclasses import asdict

    from lab.cli.output import emit
    from lab.operate.export import export

    found = export(name, host, folder)
    if as_json:
        emit(asdict(found))
        return 2 if found.left else 0
    if found.files:
        click.echo(f"# for a scenario in {folder.resolve().parent}")
        click.echo(found.lines, nl=False)
        click.echo(f"changed on {host} and kept in {folder / host}: {', '.join(sorted(found.files))}", err=True)
    else:
        click.echo(f"{host}: no delivered file was changed that an overlay could keep", err=True)
    for path in found.kept if found.files else ():
        click.echo(f"its overlay of {path} is as the scenario has it: keep that line", err=True)
    for one in found.left:
        click.secho("not exported: ", fg="yellow", nl=False, err=True)
        click.echo(f"{one.what}: {one.why}" + (f"\n  {one.instead}" if one.instead else ""), err=True)
    return 2 if found.left else 0
