"""Files that take the place of a role's own: read from beside the scenario, never from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from lab.catalogue import Catalogue
from lab.errors import BadInput
from lab.scenario.beside import beside
from lab.scenario.file import ScenarioFile
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.text import read_bytes
from lab.scenario.topology import STATION, Topology
from lab.scenario.weak import CONNECTIONS, SELECTORS, Weakness, weaknesses
from lab.scenario.weak_air import POINT as POINT_FILE
from lab.scenario.weak_air import STATION as STATION_FILE
from lab.scenario.weak_air import point_weaknesses, station_weaknesses

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
    known = {*topology.hosts, *(topology.air.hosts if topology.air else ())}
    for host, files in file.overlays.items():
        at = ("overlays", host)
        if host not in known:
            problems.add(at, f"unknown host {shown(host)}", nearest(host, known, what="hosts"), on_key=True)
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
            for bad in () if one.expect is not None else _weak(host, path, content, topology, file, catalogue):
                mark = _MARK.format(name=one.file)
                problems.add(
                    (*at, path),
                    f"overlay {one.file}:{bad.line}:{bad.column}: {bad.cause}",
                    f"{bad.fix}, {mark}",
                )
    return found


def _weak(
    name: str, path: str, content: str, topology: Topology, file: ScenarioFile, catalogue: Catalogue
) -> Iterable[Weakness]:
    """What the baseline refuses in the file of a program that it speaks about."""
    on_air = topology.air.hosts.get(name) if topology.air is not None else None
    if on_air is None:
        function = topology.hosts[name].function
        if path == CONNECTIONS and function in SELECTORS:
            return weaknesses(content, function, catalogue.crypto.ike, ipv6=file.ipv6)
    elif topology.air is not None and (path, on_air.function) == (POINT_FILE, "access-point"):
        return point_weaknesses(content, topology.air.ssids)
    elif (path, on_air.function) == (STATION_FILE, STATION):
        return station_weaknesses(content)
    return ()


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
