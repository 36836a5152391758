"""The fabric's ports as the kernel lists them: device name to port name (`host.segment`)."""

from __future__ import annotations

from pathlib import Path

_NET = Path("/sys/class/net")


def port_names() -> dict[str, str]:
    """Ports that are there now. One that goes while this reads, because its host starts anew, is left out."""
    found: dict[str, str] = {}
    for path in _NET.glob("*/ifalias"):
        try:
            name = path.read_text(encoding="ascii").strip()
        except OSError:
            continue
        if "." in name:
            found[path.parent.name] = name
    return found
