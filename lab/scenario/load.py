"""Reading a scenario: text, shape, network, judgement; all problems of a file at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from lab.catalogue import Catalogue, Place, Study
from lab.catalogue import load as load_catalogue
from lab.errors import BadInput
from lab.scenario.classes import inspection
from lab.scenario.dates import today
from lab.scenario.entry import expiry
from lab.scenario.file import ScenarioFile
from lab.scenario.hours import hours
from lab.scenario.model import Paths, Scenario, Waiver
from lab.scenario.network import Merge
from lab.scenario.overlays import read as read_overlays
from lab.scenario.problems import Problems, nearest, shown
from lab.scenario.register import Register
from lab.scenario.shape import Checked, check
from lab.scenario.sheet import SheetFile, take_sheet
from lab.scenario.text import printable, read_text
from lab.scenario.topology import Topology, extended, part, parts, reference, reference_names, study_part
from lab.scenario.tree import Node, parse
from lab.scenario.wireless import named

SCREEN_GATEWAY = "screen-gateway"
ENDS = (  # path -> whoever uses it and what is at its end; {} is the zone's place
    ("wlan", "wlan-{}/station", "terminal"),
    ("telework", "home/telework-terminal", "terminal"),
    ("screens", "lg/terminal", SCREEN_GATEWAY),
)
SCREENS = {"in": "SAN-03", "mn": "SCR-01"}  # place -> the control that says to whom its desktop is shown


def load(path: Path, *, as_of: date | None = None, register: SheetFile | None = None) -> Scenario:
    """Read and judge a scenario. `as_of` is the day that counts as today; `register` takes the place of its own.

    BadInput if there is no text to read; ManyErrors, each with file:line:column, for everything else.
    """
    day = as_of or today()
    root, found = parse(read_text(path))
    if root is None and not found:
        raise BadInput(
            "the file is empty", where=printable(str(path)), fix="begin with `edition: R8.3` and `model: alpha`"
        )
    problems = Problems(path, root or Node(1, 1))
    problems.take(found)
    if root is None or any(problem.final for problem in found):
        problems.stop()
    assert root is not None  # nothing to read is a problem of its own
    take_sheet(root, path.parent, problems, instead=register)
    checked = check(root, problems)
    scenario = None if checked is None else _judge(path, checked, day, problems)
    problems.stop()
    assert scenario is not None  # what can't be judged is a problem
    return scenario


def _judge(path: Path, checked: Checked, today: date, problems: Problems) -> Scenario | None:
    file, catalogue = checked.file, load_catalogue()
    if not _known(file, catalogue, problems):
        return None
    base = reference(file.reference)
    for name in parts():
        if zones := getattr(file.paths, name):
            base = extended(base, part(name), zones)
    study = _study(file, catalogue, problems)
    if study is not None:
        base = extended(base, study_part(study.id), ())
    topology = named(Merge(base, file, catalogue, problems).topology(), file, problems)
    paths = _paths(file, catalogue, topology, study, problems)
    entries = Register(file, topology, catalogue, today, problems).entries(checked)
    _viewers(file, topology, problems)
    waivers = _waivers(checked, catalogue, today, problems)
    overlays = read_overlays(file, path.parent, topology, catalogue, problems)
    return Scenario(
        name=printable(path.stem),
        title=file.title or printable(path.stem),
        edition=file.edition,
        model=file.model,
        as_of=today,
        study=None if study is None else study.id,
        ipv6=file.ipv6,
        paths=paths,
        hours=hours(file, topology, problems),
        inspection=inspection(file, topology, problems),
        topology=topology,
        entries=entries,
        waivers=waivers,
        overlays=overlays,
    )


def _known(file: ScenarioFile, catalogue: Catalogue, problems: Problems) -> bool:
    """Check the three words that everything else is judged by."""
    good = True
    for key, word, known, what in (
        ("edition", file.edition, catalogue.edition_ids, "editions"),
        ("model", file.model, catalogue.model_ids, "models"),
        ("reference", file.reference, reference_names(), "base networks"),
    ):
        if word not in known:
            problems.add((key,), f"unknown {key} {shown(word)}", nearest(word, known, what=what))
            good = False
    if not good:
        return False
    model = next(model for model in catalogue.models if model.id == file.model)
    editions = catalogue.edition_ids
    if editions.index(file.edition) < editions.index(model.since):
        problems.add(
            ("model",),
            f"edition {file.edition} does not know model {model.id}",
            f"use edition {model.since} or a later one",
        )
        return False
    return True


def _study(file: ScenarioFile, catalogue: Catalogue, problems: Problems) -> Study | None:
    """The study that the scenario is, if it is one and names its path."""
    if file.study is None:
        return None
    if file.study not in catalogue.study_ids:
        fix = nearest(file.study, catalogue.study_ids, what="studies")
        problems.add(("study",), f"unknown study {shown(file.study)}", fix)
        return None
    study = catalogue.study(file.study)
    assert study is not None
    if study.place not in getattr(file.paths, study.path):
        problems.add(
            ("study",),
            f"the study {study.id} needs the path {study.path} for {study.place}",
            f"write `paths: {{{study.path}: [lg, {study.place}]}}`",
        )
        return None
    return study


def _paths(
    file: ScenarioFile, catalogue: Catalogue, topology: Topology, study: Study | None, problems: Problems
) -> Paths:
    """Judge the paths: known zones, permitted by edition and model, and there in the base network."""
    for path, source, end in ENDS:
        for index, zone in enumerate(getattr(file.paths, path)):
            at = ("paths", path, index)
            if zone not in topology.zones:
                problems.add(at, f"unknown zone {shown(zone)}", nearest(zone, topology.zones, what="zones"))
                continue
            if study is not None and (study.path, study.place) == (path, topology.zones[zone].place):
                continue
            place, _, function = source.format(topology.zones[zone].place).partition("/")
            ruling = catalogue.ruling(
                Place(place, place, function),
                Place(zone, topology.zones[zone].place, end),
                edition=file.edition,
                model=file.model,
            )
            if not ruling.permitted and ruling.control != "ZONE-05":
                problems.add(
                    at,
                    f"{ruling.control}: edition {file.edition}, model {file.model} forbids {path} for "
                    f"{zone} ({ruling.reason_en})",
                    f"take {zone} out of `{path}`",
                )
            elif path not in parts() or topology.zones[zone].place not in part(path).serves:
                problems.add(
                    at,
                    f"the lab has no equipment for the path {path} into {zone}",
                    f"take {zone} out of `{path}`",
                )
    return Paths(wlan=tuple(file.paths.wlan), telework=tuple(file.paths.telework), screens=tuple(file.paths.screens))


def _viewers(file: ScenarioFile, topology: Topology, problems: Problems) -> None:
    """SCR-01, SAN-03: the screen gateway of a path is there for somebody who is registered."""
    for index, zone in enumerate(file.paths.screens):
        place = topology.zones[zone].place if zone in topology.zones else ""
        gateways = [name for name in topology.hosts if topology.place(name).matches((f"{place}/{SCREEN_GATEWAY}",))]
        if gateways and not any(entry.destination in gateways for entry in file.entries):
            problems.add(
                ("paths", "screens", index),
                f"{SCREENS[place]}: nobody is registered to be shown a desktop of {zone}",
                f"add an entry to the register from a terminal of lg to {' or '.join(gateways)}, tcp/3389",
            )


def _waivers(checked: Checked, catalogue: Catalogue, today: date, problems: Problems) -> tuple[Waiver, ...]:
    found: list[Waiver] = []
    for index, waiver in zip(checked.waivers, checked.file.waivers, strict=True):
        at = ("waivers", index)
        if waiver.control not in catalogue.controls:
            problems.add(
                (*at, "control"),
                f"unknown control {shown(waiver.control)}",
                nearest(waiver.control, catalogue.controls, what="controls"),
            )
        if any((waiver.control, waiver.subject) == (other.control, other.subject) for other in found):
            problems.add(at, f"a second waiver for {waiver.control}, {shown(waiver.subject)}", "keep one of the two")
        end = expiry(waiver.expires, (*at, "expires"), f"the waiver for {waiver.control}", today, problems)
        found.append(Waiver(control=waiver.control, subject=waiver.subject, reason=waiver.reason, expires=end or today))
    return tuple(found)
