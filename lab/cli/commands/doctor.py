"""lab doctor."""

from __future__ import annotations

from dataclasses import asdict

import click

from lab.cli.options import JSON

MARK = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@click.command("doctor")
@JSON
def command(*, as_json: bool) -> int:
    """Say what this machine has, what is missing, and the command that fixes it. Exit 2 if a lab can't be built here."""
    from lab.cli.output import emit
    from lab.engine import examine

    findings = examine()
    if as_json:
        emit([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            word, colour = MARK[finding.status]
            click.secho(word, fg=colour, nl=False)
            click.echo(f"  {finding.what}")
            if finding.fix and finding.status != "ok":
                click.echo(f"      fix: {finding.fix}")
    return 2 if any(finding.status == "fail" for finding in findings) else 0
