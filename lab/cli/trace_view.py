"""A packet's way on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import click

from lab.record import Observation


def show(seen: Observation, expected: Sequence[str], end: str) -> None:
    """Ports in order with times, the rules of each device under the port it entered by."""
    attempt = seen.attempt
    service = attempt.protocol.value if attempt.port is None else f"{attempt.protocol.value}/{attempt.port}"
    click.echo(f"{attempt.family.value} {service} {attempt.source} -> {attempt.destination} ({attempt.address})")
    told: set[str] = set()
    for sighting in seen.sightings:
        host = sighting.port.partition(".")[0]
        after = (sighting.at_ns - (seen.sent_at_ns or sighting.at_ns)) / 1e6
        arrow = "leaves" if sighting.direction == "from" else "reaches"
        planned = "" if f"{sighting.port}/{sighting.direction}" in expected else "  (not on the planned way)"
        click.echo(f"  {after:8.3f} ms  {arrow:7} {sighting.port}{planned}")
        if sighting.direction == "to" and host not in told:
            told.add(host)
            for step in seen.trace:
                if step.device == host and not step.table.endswith(" sanso_probe"):
                    rule = step.rule or "(policy)"
                    colour = (
                        "red" if step.verdict in ("drop", "reject") else "green" if step.verdict == "accept" else None
                    )
                    click.echo("               ", nl=False)
                    click.secho(f"{step.chain}: {rule} -> {step.verdict}", fg=colour)
    click.secho(end, bold=True)
