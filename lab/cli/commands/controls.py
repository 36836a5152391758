"""lab controls."""

from __future__ import annotations

import click

from lab.cli.options import JSON, UPPER, control_ids


@click.command("controls")
@click.argument("control", required=False, type=UPPER, shell_complete=control_ids)
@click.option("--edition", default=None, metavar="ED", help="Guideline edition, e.g. R8.3 (default: the newest).")
@click.option("--ja", "japanese", is_flag=True, help="日本語で表示")
@JSON
def command(*, control: str | None, edition: str | None, japanese: bool, as_json: bool) -> int:
    """List the catalogue, or show one CONTROL: what it asks, how sure the source is, how it is tested, what the lab can't show."""
    from lab import catalogue
    from lab.cli.catalogue_view import one, overview
    from lab.cli.output import emit
    from lab.errors import BadInput

    loaded = catalogue.load()
    if edition is not None and edition not in loaded.edition_ids:
        raise BadInput(f"unknown edition {edition!r}", fix=f"one of: {', '.join(loaded.edition_ids)}")
    shown = edition or loaded.edition_ids[-1]
    chosen = [loaded.control(control)] if control else list(loaded.controls.values())
    if as_json:
        emit([item.model_dump(mode="json") for item in chosen])
    elif control:
        one(chosen[0], loaded, shown, japanese=japanese)
    else:
        overview(chosen, loaded, shown, japanese=japanese)
    return 0
