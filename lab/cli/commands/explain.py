"""lab explain."""

from __future__ import annotations

from pathlib import Path

import click

from lab.cli.options import CONTROL_ID, JSON, LANG, NAME

EXAMPLES = """\b
lab explain ZONE-01
lab explain CRY-03 evidence/minimal-20261126T001042Z
lab explain TC-03 --lang ja
lab explain ZONE-01 --json | jq '.seen.faults[].places'
"""


@click.command("explain", epilog=EXAMPLES)
@CONTROL_ID
@click.argument("evidence", type=click.Path(path_type=Path), required=False)
@NAME
@JSON
@LANG
def command(*, control: str, evidence: Path | None, name: str | None, as_json: bool, lang: str) -> int:
    """Explain one CONTROL: what it asks, what was seen, which rule or line is at fault, what to type next.

    What was seen comes from the EVIDENCE folder, or from the newest run below evidence/ that judged the control (with
    --lab NAME: of that lab). Without any it says how the control is tested. If the lab that was judged runs and has
    another plan now, or a firewall other rules, the verdicts are marked as stale; other changes by hand are not noticed.

    Exit 0 whatever the verdicts are; 3 for an unknown control or a bundle that was altered.
    """
    from lab.cli.explain_view import show
    from lab.cli.output import emit
    from lab.operate.explain import explain
    from lab.report.explanation import document

    told = explain(control, evidence, name)
    if as_json:
        emit(document(told))
    else:
        show(told, lang=lang)
    return 0
