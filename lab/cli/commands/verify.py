"""lab verify."""

from __future__ import annotations

from pathlib import Path

import click

from lab.cli.options import CONTROL, DISRUPTIVE, EVIDENCE, HTML, JSON, JUNIT, NAME


@click.command("verify")
@NAME
@CONTROL
@click.option("-k", "keyword", metavar="EXPR", help="Only tests that match (pytest's -k): reports say 'subset'.")
@click.option(
    "--quick",
    is_flag=True,
    help="One representative flow per pair of zones, and nothing that takes long: reports say 'subset'.",
)
@DISRUPTIVE
@EVIDENCE
@JUNIT
@HTML
@JSON
def command(
    *,
    name: str | None,
    controls: tuple[str, ...],
    keyword: str | None,
    quick: bool,
    disruptive: bool,
    evidence: Path | None,
    junit: Path | None,
    html: Path | None,
    as_json: bool,
) -> int:
    """Run the suites on the running lab, keep the evidence, print the report.

    With --disruptive: also what can only be seen while a firewall is reloaded, refuses a file, loses a link or
    starts anew. Sessions through it end, and it takes a minute or two more. The lab is left as it was found.

    Exit 0: everything passed. 1: a control failed; the report names the packet. 2: something could not be judged.
    """
    from lab.operate.child import Child, Selection

    with Child(name) as child:  # imports what it needs while this process does the same
        from lab.cli.judging import judge

        selection = Selection(controls, keyword, quick, disruptive)
        return judge(name, selection, evidence=evidence, junit=junit, html=html, as_json=as_json, child=child)
