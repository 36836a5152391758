"""`lab graph`: the picture of a lab that runs, of a scenario that isn't up, or of what a run had in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab.errors import BadInput
from lab.operate.choose import choose
from lab.operate.up import plan_of
from lab.plan import Plan
from lab.record.bundle import read
from lab.report.picture import network_svg


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG document and the name of the lab that it shows."""

    name: str
    svg: str


def picture(target: Path | None, name: str | None, lang: str) -> Picture:
    """The picture of `target` (scenario file or evidence bundle), without one of the named or only running lab.

    Raises BadInput for a target that is neither, NoLab where nothing runs.
    """
    plan = _running(name) if target is None else _kept(target) if target.is_dir() else plan_of(target)
    return Picture(plan.lab, network_svg(plan, lang))


def write(picture: Picture, path: Path) -> None:
    """Put the document there, whole or not at all. Raises BadInput where that can't be done."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(picture.svg, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise BadInput(f"{path} can't be written: {error.strerror}", fix="name another file with -o") from error


def as_ascii(svg: str) -> str:
    """The same document for an output without Unicode: character references say every sign."""
    return svg.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _running(name: str | None) -> Plan:
    from lab.engine import connect

    with connect() as engine:
        return choose(engine, name).plan


def _kept(directory: Path) -> Plan:
    plan = read(directory).plan
    if plan is None:
        raise BadInput(
            "this bundle is from before the plan was kept in it",
            where=str(directory),
            fix="run `lab verify` again, or draw the scenario: lab graph scenarios/minimal.yaml",
        )
    return plan
