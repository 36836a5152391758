"""lab pki."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from lab.cli.options import JSON, NAME

if TYPE_CHECKING:
    from lab.operate.pki import Effect
    from lab.record.progress import Progress

WHO = click.argument("terminal", metavar="TERMINAL")
STYLES = {"good": "green", "revoked": "red", "expired": "red", "unregistered": "red", "missing": "red"}


@click.group("pki")
def command() -> None:
    """Certificates of the lab: list them, and decide about a terminal's.

    TERMINAL is an identity (tele-01, tele-01@sanso.test) or a host (tele-term).
    """


@command.command("list")
@NAME
@JSON
def list_(*, name: str | None, as_json: bool) -> int:
    """Show every certificate: host, identity, class, serial number, end, state."""
    from lab.cli.output import emit
    from lab.operate.pki import listed

    lines = listed(name)
    if as_json:
        emit([{("class" if key == "class_" else key): value for key, value in asdict(one).items()} for one in lines])
        return 0
    from rich.table import Table
    from rich.text import Text

    from lab.cli.terminal import console

    table = Table(box=None, pad_edge=False, header_style="bold")
    asked = any(one.inspected for one in lines)
    for column in ("host", "identity", "purpose", "class", "serial", "until", "state", *["inspected until"] * asked):
        table.add_column(column, no_wrap=column != "serial", overflow="fold")
    for one in lines:
        until = f"{one.not_after:%Y-%m-%d}" if one.serial else ""
        state = Text(one.state, STYLES[one.state])
        seen = [one.inspected[:10]] * asked  # of a time the day
        table.add_row(one.host, one.identity, one.purpose, one.class_, one.serial, until, state, *seen)
    console().print(table)
    return 0


@command.command("revoke")
@WHO
@NAME
@JSON
def revoke(*, terminal: str, name: str | None, as_json: bool) -> int:
    """Revoke TERMINAL's certificate: new CRL, RADIUS restarted with it, what it has open cut.

    It lasts: also a lab built anew refuses the terminal, until `lab pki issue`.
    """
    from lab.operate import pki

    return _tell("revoked", lambda report: pki.revoke(name, terminal, report), as_json=as_json)


@command.command("issue")
@WHO
@NAME
@JSON
def issue(*, terminal: str, name: str | None, as_json: bool) -> int:
    """Give TERMINAL a new certificate; the register forgets the one it had, which is then refused.

    A wireless station's comes with its guest, which starts anew: all stations leave and come back.
    """
    from lab.operate import pki

    return _tell("issued", lambda report: pki.issue(name, terminal, report), as_json=as_json)


@command.command("expire")
@WHO
@NAME
@JSON
def expire(*, terminal: str, name: str | None, as_json: bool) -> int:
    """Give TERMINAL a certificate whose time was over yesterday, to see it refused. `lab pki issue` ends that."""
    from lab.operate import pki

    return _tell("expired", lambda report: pki.expire(name, terminal, report), as_json=as_json)


@command.command("inspect")
@WHO
@NAME
@JSON
def inspect(*, terminal: str, name: str | None, as_json: bool) -> int:
    """Look at what TERMINAL runs (TW-09): while it is maintained, its gateway lets it in for some days more.

    For classes that the scenario names in `inspection`. A terminal that is found unsound loses its tunnel at once and is refused,
    also by a lab built anew, until an inspection finds it sound. Exit code 1 then.
    """
    from lab.operate import pki

    return _tell("inspected", lambda report: pki.inspect(name, terminal, report), as_json=as_json)


def _tell(what: str, act: Callable[[Progress], Effect], *, as_json: bool) -> int:
    from lab.cli.display import progress
    from lab.cli.output import emit

    with progress(quiet=as_json) as report:
        effect = act(report)
    code = 0 if effect.sound else 1
    if as_json:
        emit({"what": what, **asdict(effect)})
        return code
    click.echo(f"{what}: certificate {effect.serial} of {effect.identity} on {effect.host}")
    if effect.found:
        click.echo(f"  {'sound' if effect.sound else 'NOT SOUND'}: {effect.found}")
    seconds = effect.seconds
    click.echo(
        f"  {seconds['in force']:6.2f} s  in force: CRL and register are on the RADIUS server, which was restarted"
    )
    for gateway, count in effect.cut.items():
        click.echo(f"  {seconds['cut']:6.2f} s  {gateway}: {count} {effect.way}{'' if count == 1 else 's'} cut")
    if effect.refused:
        click.echo(f"  {seconds['refused']:6.2f} s  refused when it asked again: {effect.refused}")
    if not effect.sound:
        click.echo(f"next: mend what it runs, then: lab pki inspect {effect.host}")
    elif what not in {"issued", "inspected"}:
        click.echo("next: lab logs radius   (what it refuses, and why); undo: lab pki issue " + effect.host)
    return code
