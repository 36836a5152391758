"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

NAME: Decorator = click.option(
    "-l",
    "--lab",
    "name",
    envvar="SANSO_LAB",
    metavar="NAME",
    help="Which lab (default: $SANSO_LAB, else the only one there is).",
)
JSON: Decorator = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")


def _date(_ctx: click.Context, _param: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


AS_OF: Decorator = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_date,
    help="The day to judge by (default: today in Japan); relative dates in the scenario count from it.",
)


def _language(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    """The language asked for, else that of the user's environment as gettext reads it, else English."""
    import os

    told = next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), "")
    return value or ("ja" if told.lower().startswith("ja") else "en")


LANG: Decorator = click.option(
    "--lang",
    type=click.Choice(["ja", "en"]),
    callback=_language,
    help="Language (default: that of your environment, else English).",
)


def given(parameter: str) -> bool:
    """Whether the running command's parameter was typed, and is not from the environment."""
    source = click.get_current_context().get_parameter_source(parameter)
    return source is click.core.ParameterSource.COMMANDLINE


def control_ids(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """For shell completion."""
    from lab import catalogue

    return [name for name in catalogue.load().controls if name.startswith(incomplete.upper())]


UPPER = click.types.FuncParamType(str.upper)  # an id is meant whatever its letters' case
CONTROL_ID: Decorator = click.argument("control", type=UPPER, shell_complete=control_ids)
SCENARIO: Decorator = click.argument("scenario", type=click.Path(path_type=Path), required=False)
CONTROL: Decorator = click.option(
    "--control",
    "controls",
    type=UPPER,
    multiple=True,
    metavar="ID",
    help="Only this control (repeatable): reports say 'subset'.",
)
DISRUPTIVE: Decorator = click.option(
    "--disruptive", is_flag=True, help="Also reload and restart the firewalls while packets come; sessions end."
)
EVIDENCE: Decorator = click.option(
    "--evidence",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the evidence bundle goes (default: evidence/NAME-TIME).",
)
HTML: Decorator = click.option(
    "--html",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for report.en.html and report.ja.html (default: the evidence's own).",
)
JUNIT: Decorator = click.option(
    "--junit", type=click.Path(path_type=Path, dir_okay=False), help="Also write JUnit XML here."
)
