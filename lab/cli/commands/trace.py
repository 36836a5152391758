"""lab trace."""

from __future__ import annotations

import click

from lab.cli.options import JSON, NAME

EXAMPLES = """\b
lab trace lg-term mn-app:443
lab trace -6 mn-app juki-net:443
lab trace in-term mn-app            (ICMP echo)
lab trace lg-term fw-mn@x-ml:22
lab trace lg-term 10.10.0.10:443
"""


@click.command("trace", epilog=EXAMPLES)
@click.argument("source")
@click.argument("destination", metavar="DST[:PORT]")
@click.option("--udp", is_flag=True, help="UDP instead of TCP; without a port: ICMP echo.")
@click.option("-4", "family", flag_value="ipv4", default="ipv4", help="IPv4 (default).")
@click.option("-6", "family", flag_value="ipv6", help="IPv6.")
@NAME
@JSON
def command(*, source: str, destination: str, udp: bool, family: str, name: str | None, as_json: bool) -> int:
    """Send one packet from SOURCE and show its way: every port it crossed, every rule that judged it, what answered.

    DST is a host, DEVICE@SEGMENT for a firewall's own address there, or an address that a host of the lab has.
    """
    from lab.cli.output import emit
    from lab.cli.trace_view import show
    from lab.operate.trace import trace

    seen, expected, end = trace(name, source, destination, udp=udp, family=family)
    if as_json:
        emit({"observation": seen.model_dump(mode="json", exclude={"frames"}), "planned": expected, "end": end})
    else:
        show(seen, expected, end)
    return 0
