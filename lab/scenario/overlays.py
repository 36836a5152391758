"""Files that take the place of a role's own: read from beside the scenario, never from elsewhere."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from lab.catalogue import Catalogue
from lab.errors import BadInput
from lab.scenario.beside import beside
from lab.scenario.file import OverlayFile, ScenarioFile
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.text import read_bytes
from lab.scenario.topology import Host, Topology
from lab.scenario.weak import CONNECTIONS, SELECTORS, weaknesses

VOLATILE = ("/dev", "/proc", "/run", "/sys", "/tmp")  # noqa: S108 - not used, refused
_MARK = "or mark it `{{file: {name}, expect: fail}}` to see the control fall"


def read(
    file: ScenarioFile,
    folder: Path,
    topology: Topology,
    catalogue: Catalogue,
    problems: Problems,
) -> dict[str, dict[str, str]]:
    """Give host -> path in the host -> content."""
    found: dict[str, dict[str, str]] = {}
    for host, files in file.overlays.items():
        at = ("overlays", host)
        if host not in topology.hosts:
            problems.add(at, f"unknown host {shown(host)}", nearest(host, topology.hosts, what="hosts"), on_key=True)
            continue
        for path, one in files.items():
            cause = _unfit(path)
            if cause:
                problems.add((*at, path), f"{shown(path)} {cause}", "e.g. /etc/nftables.conf", on_key=True)
                continue
            try:
                content = _content(folder, one.file)
            except BadInput as error:
                problems.add((*at, path), f"overlay {shown(one.file)}: {error.message}", error.fix)
                continue
            found.setdefault(host, {})[path] = content
            for cause, fix in _weak(path, one, content, topology.hosts[host], file, catalogue):
                problems.add((*at, path), cause, fix)
    return found


def _weak(
    path: str, one: OverlayFile, content: str, host: Host, file: ScenarioFile, catalogue: Catalogue
) -> list[tuple[str, str]]:
    """What the baseline refuses in it, as (cause, fix); nothing in a file that is there to be seen to fail."""
    if path != CONNECTIONS or host.function not in SELECTORS or one.expect is not None:
        return []
    found = weaknesses(content, host.function, catalogue.crypto.ike, ipv6=file.ipv6)
    mark = _MARK.format(name=one.file)
    return [(f"overlay {one.file}:{bad.line}:{bad.column}: {bad.cause}", f"{bad.fix}, {mark}") for bad in found]


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
