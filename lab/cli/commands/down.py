"""lab down."""

from __future__ import annotations

import click

from lab.cli.options import JSON, NAME


@click.command("down")
@NAME
@click.option("--all", "every", is_flag=True, help="Every lab on this engine; lists them and asks first.")
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
@click.option("--keys", is_flag=True, help="Also delete the lab's keys and recorded archives on this machine.")
@JSON
def command(*, name: str | None, every: bool, yes: bool, keys: bool, as_json: bool) -> int:
    """Remove everything of a lab: containers, wiring, networks of its own. Evidence and keys stay.

    Only objects that carry the lab's labels are touched.
    """
    from lab.cli.display import progress
    from lab.cli.output import emit
    from lab.operate.down import down, names_for, present, strangers

    names = names_for(name, every=every)
    unknown = strangers(names)
    if every and names and not yes:
        click.echo("labs on this engine: " + ", ".join(names), err=True)
        click.confirm("remove them all?", abort=True, err=True)
    with progress(quiet=as_json) as report:
        removed = {lab: down(lab, report, keys=keys) for lab in names}
    if as_json:
        emit(removed)
        return 0
    if not names:
        click.echo("nothing to remove")
    for lab, count in removed.items():
        if lab in unknown and not count:
            left = present()
            there = f"; there is: {', '.join(left)}" if left else ", nor any other"
            click.echo(f"no lab named {lab} was there{there}")
        else:
            click.echo(f"lab {lab}: {count} containers removed")
    return 0
