"""lab run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from lab.cli.options import AS_OF, CONTROL, DISRUPTIVE, EVIDENCE, HTML, JSON, JUNIT


@click.command("run")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("-l", "--lab", "name", metavar="NAME", help="The lab's name (default: the scenario's file name).")
@CONTROL
@click.option(
    "--quick",
    is_flag=True,
    help="One representative flow per pair of zones, and nothing that takes long: reports say 'subset'.",
)
@DISRUPTIVE
@click.option("--keep-on-failure", is_flag=True, help="Leave the lab running if the exit code isn't 0.")
@EVIDENCE
@JUNIT
@HTML
@AS_OF
@JSON
def command(
    *,
    scenario: Path,
    name: str | None,
    controls: tuple[str, ...],
    quick: bool,
    disruptive: bool,
    keep_on_failure: bool,
    evidence: Path | None,
    junit: Path | None,
    html: Path | None,
    as_of: date | None,
    as_json: bool,
) -> int:
    """For CI: build a fresh lab from SCENARIO, verify it, keep the evidence, remove the lab. The exit code decides.

    A lab of that name that is up is removed first. SANSO_LAB isn't looked at: it names the lab that you work on.
    """
    from lab.cli.display import progress
    from lab.cli.judging import judge
    from lab.errors import LabError
    from lab.operate.child import Selection
    from lab.operate.down import down
    from lab.operate.status import unfinished
    from lab.operate.up import UpRequest, up
    from lab.operate.verify import refuse_early

    code = 2
    lab = name or scenario.stem
    selection = Selection(controls, None, quick, disruptive)
    refuse_early(lab, selection, evidence)
    try:
        with progress(quiet=as_json) as report:
            up(UpRequest(scenario, lab, as_of, fresh=True, once=True), report)
    except LabError:
        if lab in unfinished():
            with progress(quiet=True) as report:
                down(lab, report)
        raise
    try:
        code = judge(lab, selection, evidence=evidence, junit=junit, html=html, as_json=as_json)
    finally:
        if not (keep_on_failure and code):
            with progress(quiet=True) as report:
                down(lab, report)
        else:
            click.echo(
                f"lab {lab} is kept: look around with `lab status`, remove it with `lab down --lab {lab}`", err=True
            )
    return code
