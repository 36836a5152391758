"""lab open."""

from __future__ import annotations

import click

from lab.cli.options import NAME


@click.command("open")
@click.argument("desk", metavar="DESKTOP")
@click.option("--print", "only_print", is_flag=True, help="Say how to get there, and start no viewer.")
@NAME
def command(*, desk: str, only_print: bool, name: str | None) -> int:
    """Open a desktop in a viewer of this machine, over the lab's own path: terminal, tunnel, screen gateway.

    A port of 127.0.0.1 leads to the terminal, which goes on from there. xfreerdp is started where it is installed; any
    RDP viewer can be pointed at the port. Ends with the viewer, or with Ctrl-C.
    """
    from lab.cli.display import progress
    from lab.operate.open import Visit, open_desktop

    def told(visit: Visit) -> None:
        click.echo(f"{visit.desk} answers at {visit.address} as long as this command runs (Ctrl-C ends it)")
        click.echo(f"  account   {visit.user}")
        click.echo(f"  password  {visit.factors}   (password and code in one; good for one session)")
        click.echo(f"  {visit.command}")

    with progress() as report:
        open_desktop(name, desk, report, told, launch=not only_print)
    return 0
