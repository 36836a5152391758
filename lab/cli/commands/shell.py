"""lab shell."""

from __future__ import annotations

import click

from lab.cli.options import NAME


@click.command("shell")
@click.argument("host")
@NAME
def command(*, host: str, name: str | None) -> int:
    """Open a shell in HOST. What you change by hand shows as drift in `lab status`, and `lab up` undoes it."""
    from lab.operate.inside import shell

    return shell(name, host)
