"""lab images."""

from __future__ import annotations

from pathlib import Path

import click

from lab.cli.options import JSON
from lab.errors import BadInput


@click.group("images")
def command() -> None:
    """Work on the images that labs are made of."""


@command.command("build")
@click.argument("scenario", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--all", "every", is_flag=True, help="Build every kind.")
def build(*, scenario: Path | None, every: bool) -> int:
    """Build what is missing: the base (pulled, or bootstrapped where no registry answers) and the general host image.

    With SCENARIO: also those that it needs ("path" for VPN ends, "desktop" for X sessions, "radio" for wireless LAN); `lab up`
    does the same.
    """
    from lab.cli.display import progress
    from lab.operate.images import build as ensure

    if scenario and every:
        raise BadInput("give a scenario or --all, not both", where="arguments")
    with progress() as report:
        tags = ensure(scenario, report, every=every)
    click.echo("\n".join(tags))
    return 0


@command.command("save")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--kind",
    type=click.Choice(["host", "path", "desktop", "radio"]),
    default="host",
    help="Which one (default: the general one).",
)
@JSON
def save(*, file: Path, kind: str, as_json: bool) -> int:
    """Write an image of this version to FILE (100 to 350 MiB), for a machine that reaches no registry.

    Where the image is missing it is built first. There: `lab images load FILE`, then `lab up`. One file for each kind that
    the labs there need.
    """
    from dataclasses import asdict

    from lab.cli.display import progress
    from lab.cli.output import emit
    from lab.operate.images import save as write
    from lab.plan import Image

    with progress(quiet=as_json) as report:
        saved = write(file, Image(kind), report)
    if as_json:
        emit(asdict(saved))
        return 0
    click.echo(f"{saved.file}: {saved.tag}, {saved.size / (1 << 20):.0f} MiB")
    click.echo(f"image {saved.id} (`lab images load` says the same where it is loaded)")
    return 0


@command.command("load")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@JSON
def load(*, file: Path, as_json: bool) -> int:
    """Load the image that `lab images save` wrote. It is read to its end first.

    A damaged file, another version's or a foreign image is refused (exit 3), and nothing of it reaches the engine.
    """
    from dataclasses import asdict

    from lab.cli.display import progress
    from lab.cli.output import emit
    from lab.operate.images import load as read

    with progress(quiet=as_json) as report:
        loaded = read(file, report)
    if as_json:
        emit(asdict(loaded))
        return 0
    click.echo(f"{loaded.tag} is loaded, image {loaded.id}")
    click.echo("next: lab up scenarios/minimal.yaml")
    return 0


@command.command("list")
@JSON
def show(*, as_json: bool) -> int:
    """List the lab's images on this engine: which ones this version uses, and which may go."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from lab.cli.output import emit
    from lab.operate.images import listed

    found = listed()
    if as_json:
        emit([asdict(one) for one in found])
        return 0
    for one in found:
        use = "this version" if one.wanted else "another version"
        made = datetime.fromtimestamp(one.created, UTC).date()
        click.echo(f"{one.tag:24} {one.size / (1 << 20):5.0f} MiB  {made}  {use}, {one.containers} containers")
    if not any(one.wanted and one.tag.startswith("sanso-host") for one in found):
        click.echo("this version's host image is not here: lab images build, or lab images load FILE", err=True)
    return 0
