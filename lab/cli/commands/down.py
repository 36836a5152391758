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
    from lab.operate.down import down, known, names_for

    names = names_for(name, every=every)
    strangers = [lab for lab in names if not known(lab)]
    if every and names and not yes:
        click.echo("labs on this engine: " + ", ".join(names), err=True)
        click.confirm("remove them all?", abort=True, err=True)
    with progress(quiet=as_json) as report:
        removed = {lab: down(lab, report, keys=keys) for lab in names}
    if as_json:
        emit(removed)
    elif not names:
        click.echo("nothing to remove")
    for lab, count in removed.items():
        if not as_json:
            there = "" if lab not in strangers else " (no lab of that name was there)"
            click.echo(f"lab {lab}: {count} containers removed{there}")
    return 0
