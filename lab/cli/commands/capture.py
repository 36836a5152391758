"""lab capture."""

from __future__ import annotations

from pathlib import Path

import click

from lab.cli.options import JSON, NAME

EXAMPLES = """\b
lab capture fw-mn.mn                          where fw-mn is plugged into mn
lab capture mn-term --filter 'tcp port 443'
lab capture mn x-ml -w mn.pcapng --seconds 60
lab capture fw-mn.mn -w - | wireshark -k -i -
lab capture air -w air.pcapng --filter 'type mgt'
"""


@click.command("capture", epilog=EXAMPLES)
@click.argument("targets", nargs=-1, required=True, metavar="PORT|HOST|SEGMENT...")
@click.option(
    "-w", "file", type=click.Path(path_type=Path), metavar="FILE|-", help="Write pcapng, '-' to stdout for a pipe."
)
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86400), default=600.0, show_default=True, help="End after this long."
)
@click.option("--count", type=click.IntRange(1), help="End after this many packets.")
@click.option(
    "--size", type=click.IntRange(1, 1 << 20), default=1024, show_default=True, metavar="MIB", help="End at this size."
)
@click.option("--filter", "expression", default="", metavar="EXPR", help="Only these packets, in tcpdump's language.")
@NAME
@JSON
def command(
    *,
    targets: tuple[str, ...],
    file: Path | None,
    seconds: float,
    count: int | None,
    size: int,
    expression: str,
    name: str | None,
    as_json: bool,
) -> int:
    """Capture packets at ports of the lab's network: a port (HOST.SEGMENT), all of a host, or all of a segment.

    Where there is wireless LAN, "air" is what all radios hear, with radiotap headers.

    It goes on until Ctrl-C or one of its bounds. "from": the host sent it. "to": it was delivered to the host. Without
    -w, one line per packet.
    """
    from lab.cli.capture_view import View
    from lab.errors import BadInput
    from lab.operate.capture import CaptureRequest, capture

    if as_json and (file is None or str(file) == "-"):
        raise BadInput("--json tells of a file that was written", fix="lab capture mn -w mn.pcapng --json")
    view = View(file, as_json=as_json)
    request = CaptureRequest(targets, name, file, seconds, count, size << 20, expression)
    view.ended(capture(request, show=view.packet, began=view.began, counted=view.counted))
    return 0
