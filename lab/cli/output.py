"""Answers on stdout."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click


def emit(document: object) -> None:
    """One JSON document. Paths, dates and enums are written as text."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def tell_reports(paths: Sequence[Path]) -> None:
    """Where the HTML reports are."""
    for path in paths:
        click.echo(f"report: {path}")
