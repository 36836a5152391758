"""Files that take the place of a role's own: read from beside the scenario, never from elsewhere."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from lab.errors import BadInput
from lab.scenario.beside import beside
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.text import read_bytes
from lab.scenario.topology import Topology

VOLATILE = ("/dev", "/proc", "/run", "/sys", "/tmp")  # noqa: S108 - not used, refused


def read(
    wanted: dict[str, dict[str, str]],
    folder: Path,
    topology: Topology,
    problems: Problems,
) -> dict[str, dict[str, str]]:
    """Give host -> path in the host -> content."""
    found: dict[str, dict[str, str]] = {}
    for host, files in wanted.items():
        at = ("overlays", host)
        if host not in topology.hosts:
            problems.add(at, f"unknown host {shown(host)}", nearest(host, topology.hosts, what="hosts"), on_key=True)
            continue
        for path, name in files.items():
            cause = _unfit(path)
            if cause:
                problems.add((*at, path), f"{shown(path)} {cause}", "e.g. /etc/nftables.conf", on_key=True)
                continue
            try:
                found.setdefault(host, {})[path] = _content(folder, name)
            except BadInput as error:
                problems.add((*at, path), f"overlay {shown(name)}: {error.message}", error.fix)
    return found


def _unfit(path: str) -> str:
    pure = PurePosixPath(path)
    if not pure.is_absolute() or ".." in pure.parts or str(pure) != path or path == "/":
        return "is not an absolute path of a file in the host"
    if any(pure.is_relative_to(top) for top in VOLATILE):
        return "would be gone when the host starts"
    return ""


def _content(folder: Path, name: str) -> str:
    fix = "put the file beside the scenario and write its name"
    file = beside(folder, name, fix=fix)
    try:
        return read_bytes(file, fix=fix).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"not UTF-8 at byte {error.start}", fix="overlays are text files in UTF-8") from None
