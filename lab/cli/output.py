"""Answers on stdout."""

from __future__ import annotations

import json

import click


def emit(document: object) -> None:
    """One JSON document. Paths, dates and enums are written as text."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))
