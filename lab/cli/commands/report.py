"""lab report."""

from __future__ import annotations

from pathlib import Path

import click

from lab.cli.options import HTML, JSON, JUNIT


@click.command("report")
@click.argument("evidence", type=click.Path(path_type=Path))
@JUNIT
@HTML
@JSON
def command(*, evidence: Path, junit: Path | None, html: Path | None, as_json: bool) -> int:
    """Print the report of an evidence bundle again and write its HTML, in English and Japanese; no lab needed.

    The bundle's hashes are checked first: an altered file is named, exit 3. Otherwise the exit code is that of the run.
    """
    from lab import catalogue
    from lab.cli.output import emit, tell_reports
    from lab.cli.terminal import console
    from lab.operate.render import render
    from lab.record.outcome import unjudged
    from lab.report.terminal import show

    rendered = render(evidence, junit=junit, html=html)
    bundle = rendered.bundle
    due = () if bundle.run["subset"] else tuple(bundle.run["controls_due"])
    code = int(bundle.run["exit"])
    if as_json:
        emit(
            {
                "run": bundle.run,
                "html": rendered.html,
                "verdicts": [verdict.model_dump(mode="json") for verdict in bundle.verdicts],
            }
        )
    else:
        show(console(), bundle.run, bundle.verdicts, unjudged(bundle.verdicts, due), catalogue.load())
        tell_reports(rendered.html)
    return code
