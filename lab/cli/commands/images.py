"""lab images."""

from __future__ import annotations

import click


@click.group("images")
def command() -> None:
    """Work on the images that labs are made of."""


@command.command("build")
def build() -> int:
    """Build what is missing: the base (pulled, or bootstrapped where no registry answers) and the host image."""
    from lab.cli.display import progress
    from lab.engine import connect

    with progress() as report, connect() as engine:
        tag = engine.ensure_images(report)
    click.echo(tag)
    return 0
