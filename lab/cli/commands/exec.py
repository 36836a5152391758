"""lab exec."""

from __future__ import annotations

import sys

import click

from lab.cli.inner import InnerCommand
from lab.cli.options import NAME


@click.command("exec", cls=InnerCommand)
@click.argument("host")
@click.argument("words", nargs=-1, required=True, metavar="CMD [ARG]...", type=click.UNPROCESSED)
@NAME
def command(*, host: str, words: tuple[str, ...], name: str | None) -> int:
    """Run one command in HOST, e.g. `lab exec fw-mn nft list ruleset`. Exits with the command's own code.

    Options of `lab exec` itself stand before CMD.
    """
    from lab.operate.inside import execute

    result = execute(name, host, words)
    sys.stdout.buffer.write(result.stdout)
    sys.stderr.buffer.write(result.stderr)
    return result.rc
