"""lab screenshot."""

from __future__ import annotations

from pathlib import Path

import click

from lab.cli.options import JSON, NAME


@click.command("screenshot")
@click.argument("desk", metavar="DESKTOP")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@NAME
@JSON
def command(*, desk: str, file: Path, name: str | None, as_json: bool) -> int:
    """Take a picture (PNG) of a desktop as its person's terminal shows it, through tunnel and screen gateway.

    The terminal's own client logs in with both factors, on an X server without a monitor. Needs the machine that built
    the lab, where the factors are.
    """
    from dataclasses import asdict

    from lab.cli.display import progress
    from lab.cli.output import emit
    from lab.operate.screen import screenshot

    with progress(quiet=as_json) as report:
        taken = screenshot(name, desk, file, report)
    if as_json:
        emit(asdict(taken))
        return 0
    click.echo(f"{taken.file}: {taken.desk} as {taken.user} sees it from {taken.terminal}")
    return 0
