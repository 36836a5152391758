"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

NAME: Decorator = click.option(
    "-l", "--lab", "name", envvar="SANSO_LAB", metavar="NAME", help="Which lab (default: the only one there is)."
)
JSON: Decorator = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")


def _date(_ctx: click.Context, _param: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


AS_OF: Decorator = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_date,
    help="The day to judge by (default today); relative dates in the scenario count from it.",
)
SCENARIO: Decorator = click.argument("scenario", type=click.Path(path_type=Path), required=False)
CONTROL: Decorator = click.option(
    "--control", "controls", multiple=True, metavar="ID", help="Only this control (repeatable): reports say 'subset'."
)
DISRUPTIVE: Decorator = click.option(
    "--disruptive", is_flag=True, help="Also reload and restart the firewalls while packets come; sessions end."
)
EVIDENCE: Decorator = click.option(
    "--evidence",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the evidence bundle goes (default: evidence/NAME-TIME).",
)
JUNIT: Decorator = click.option(
    "--junit", type=click.Path(path_type=Path, dir_okay=False), help="Also write JUnit XML here."
)
