"""lab up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from lab.cli.options import AS_OF, JSON, SCENARIO


@click.command("up")
@SCENARIO
@click.option(
    "-l",
    "--lab",
    "name",
    envvar="SANSO_LAB",
    metavar="NAME",
    help="The lab's name (default: $SANSO_LAB, else the scenario's file name).",
)
@click.option("--fresh", is_flag=True, help="Remove what is there and build from nothing, through Ansible.")
@click.option("--reconverge", is_flag=True, help="Run Ansible even if nothing changed.")
@click.option("--timings", is_flag=True, help="Show the seconds of each stage.")
@AS_OF
@JSON
def command(
    *,
    scenario: Path | None,
    name: str | None,
    fresh: bool,
    reconverge: bool,
    timings: bool,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Build, wire and converge the lab of SCENARIO.

    Without SCENARIO: the lab that is there (or --lab NAME) as it was built, else scenarios/minimal.yaml.

    Run it again at any time: an unchanged lab is left alone, a drifted one is repaired, a changed scenario and changed
    roles are applied.
    """
    from lab.cli.display import progress
    from lab.cli.output import emit
    from lab.operate.up import UpRequest, up

    with progress(quiet=as_json) as report:
        result = up(UpRequest(scenario, name, as_of, fresh, reconverge), report)
    if as_json:
        emit(asdict(result))
        return 0
    click.echo(f"lab {result.name}: {result.outcome}, {result.hosts} hosts")
    for drift in result.drifts:
        click.echo(f"  restored {drift.host}: {drift.kind} ({drift.detail})")
    if result.old_images:
        click.echo("  its hosts run images of another version: `lab up --fresh` makes them anew")
    if timings:
        for stage, seconds in result.timings.items():
            click.echo(f"  {stage:10} {seconds:7.2f} s")
    click.echo(f"next: lab verify --lab {result.name}")
    return 0
