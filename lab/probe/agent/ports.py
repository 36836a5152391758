"""The fabric's ports as the kernel lists them: device name, or its number, to port name (`host.segment`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_NET = Path("/sys/class/net")


def port_names() -> dict[str, str]:
    """Ports that are there now. One that goes while this reads, because its host starts anew, is left out."""
    return {path.name: name for path, name in _ports()}


def port_numbers() -> dict[int, str]:
    """The same by interface index, which no two links of one namespace have, one after the other, either."""
    found: dict[int, str] = {}
    for path, name in _ports():
        try:
            found[int((path / "ifindex").read_text(encoding="ascii"))] = name
        except OSError:
            continue
    return found


def _ports() -> Iterator[tuple[Path, str]]:
    for path in _NET.glob("*/ifalias"):
        try:
            name = path.read_text(encoding="ascii").strip()
        except OSError:
            continue
        if "." in name:
            yield path.parent, name
