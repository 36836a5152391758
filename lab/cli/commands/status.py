"""lab status."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from lab.cli.options import JSON, NAME

if TYPE_CHECKING:
    from lab.operate.stations import StationStatus


@click.command("status")
@NAME
@click.option("--wiring", is_flag=True, help="Compare containers and wiring only (fast).")
@JSON
def command(*, name: str | None, wiring: bool, as_json: bool) -> int:
    """Show the labs on this engine, their hosts and what drifted from the plan. Exit 2 if something did."""
    from lab.cli.output import emit
    from lab.operate.status import status

    labs = status(name, wiring=wiring)
    if as_json:
        emit([asdict(one) for one in labs])
    elif not labs:
        click.echo("there is no lab; start one with: lab up scenarios/minimal.yaml")
    else:
        for one in labs:
            _show(one)
    return 2 if any(one.drifts or not one.complete for one in labs) else 0


def _show(one: object) -> None:
    from rich.table import Table
    from rich.text import Text

    from lab.cli.terminal import console
    from lab.operate.status import LabStatus

    if not isinstance(one, LabStatus):
        raise TypeError(type(one))
    screen = console()
    held = f", locked by {one.holder}" if one.holder else ""
    whole = "complete" if one.complete else Text.assemble(("incomplete", "red"), " (fix: lab up, or lab down)")
    head = f": scenario {one.scenario}, edition {one.edition}, "
    screen.print(Text.assemble((f"lab {one.name}", "bold"), head, whole, held))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("host", "zone", "state"):
        table.add_column(column, no_wrap=True)
    table.add_column("addresses", overflow="fold")
    for host in one.hosts:
        table.add_row(host.name, host.zone, host.state, " ".join(host.addresses))
    screen.print(table)
    for tunnel in one.tunnels:
        traffic = f"{tunnel.bytes_in} bytes in, {tunnel.bytes_out} out"
        inside = f" as {' '.join(tunnel.inside)}" if tunnel.inside else ""
        screen.print(
            f"tunnel {tunnel.gateway}: {tunnel.identity} from {tunnel.outside}{inside},"
            f" {tunnel.state} for {tunnel.age} s, {traffic}"
        )
    for session in one.screens:
        screen.print(f"screen {session.desk}: {session.user} from {session.terminal}, since {session.since}")
    for station in one.stations:
        screen.print(f"station {station.name}: {_on_air(station)}")
    for drift in one.drifts:
        screen.print(Text.assemble(("drift", "yellow"), f" {drift.host}: {drift.kind}: {drift.detail}"))
    if one.drifts:
        screen.print("fix: lab up restores what drifted")


def _on_air(station: StationStatus) -> str:
    """Where it is on the air, in a line."""
    if station.state != "COMPLETED":
        return f"not on {station.network}: {station.state}"
    frames = "management frames protected" if station.protected else "management frames NOT protected"
    signal = "" if station.signal is None else f", {station.signal} dBm"
    since = "" if station.seconds is None else f", for {station.seconds} s"
    return f"{station.ssid} ({station.bssid}), {station.akm}, {station.cipher}, {frames}{signal}{since}"
