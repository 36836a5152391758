"""Answers on stdout."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from lab.cli.terminal import has_unicode


def emit(document: object) -> None:
    """One JSON document. Paths, dates and enums are written as text; signs as escapes where the output has no Unicode."""
    click.echo(json.dumps(document, ensure_ascii=not has_unicode(), indent=2, default=str))


def tell_reports(paths: Sequence[Path]) -> None:
    """Where the HTML reports are."""
    for path in paths:
        click.echo(f"report: {path}")
