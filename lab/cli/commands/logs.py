"""lab logs."""

from __future__ import annotations

import click

from lab.cli.options import NAME


@click.command("logs")
@click.argument("host")
@click.option("-n", "--lines", default=100, show_default=True, help="How many lines from the end.")
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines until Ctrl-C.")
@NAME
def command(*, host: str, lines: int, follow: bool, name: str | None) -> int:
    """Print what HOST sent to the central log; for a host without a log client, its container's own output."""
    from lab.operate.logs import logs

    for line in logs(name, host, lines=lines, follow=follow):
        click.echo(line)
    return 0
