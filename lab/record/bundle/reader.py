"""Reads a bundle back, after checking every hash. What is wrong with it is said by file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from lab.errors import BadInput
from lab.plan import Plan
from lab.record.bundle.manifest import checked_names
from lab.record.bundle.model import APPLICATIONS, FORMAT, OBSERVATIONS, PLAN, RUN, TRAINS, VERDICTS, Bundle
from lab.record.model import Application, Observation, Record, Verdict
from lab.record.train import Train

Kind = TypeVar("Kind", bound=Record)
NEEDED = (VERDICTS, OBSERVATIONS)
TOLD: dict[str, type] = {  # what every run says of itself in run.json
    **dict.fromkeys(("lab", "scenario", "edition", "model", "as_of"), str),
    **dict.fromkeys(("controls_due", "problems"), list),
    "subset": bool,
    "exit": int,
}


def read(directory: Path) -> Bundle:
    """The bundle in that directory.

    Raises BadInput: nothing there, half-written, a file missing, altered, not listed or unreadable, a newer format, a broken line.
    """
    try:
        return _read(directory)
    except OSError as error:
        raise BadInput(
            f"it can't be read: {error.strerror}",
            where=str(error.filename or directory),
            fix="copy the folder with the rights of its owner, and give the copy",
        ) from error


def _read(directory: Path) -> Bundle:
    if not directory.is_dir():
        what = "this is a file, not a folder" if directory.exists() else "there is no such folder"
        raise BadInput(
            f"no evidence bundle here: {what}", where=str(directory), fix="name the folder that `lab verify` wrote"
        )
    _refuse_newer(directory)
    names = checked_names(directory)
    for name in NEEDED:
        if name not in names:
            raise BadInput(f"{name} is missing from the hash list", where=str(directory), fix="run `lab verify` again")
    run = _run(directory)
    applications = _records(directory, APPLICATIONS, Application) if APPLICATIONS in names else ()
    return Bundle(
        directory,
        run,
        _records(directory, VERDICTS, Verdict),
        _records(directory, OBSERVATIONS, Observation),
        applications,
        _records(directory, TRAINS, Train) if TRAINS in names else (),
        _plan(directory) if PLAN in names else None,
    )


def _refuse_newer(directory: Path) -> None:
    """A newer bundle may have another hash list: ask its run.json first, if that can be read at all."""
    try:
        run = json.loads((directory / RUN).read_bytes())
    except (OSError, ValueError):
        return
    version = run.get("format") if isinstance(run, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise BadInput(
            f"this bundle has format {version}; this version of the lab reads up to {FORMAT}",
            where=str(directory / RUN),
            fix="update the lab",
        )


def _run(directory: Path) -> dict[str, Any]:
    try:
        run = json.loads((directory / RUN).read_bytes())
    except ValueError as error:
        raise BadInput(f"no JSON: {error}", where=str(directory / RUN), fix="take the original bundle") from error
    if not isinstance(run, dict) or not isinstance(run.get("format"), int):
        raise BadInput("it doesn't say its format", where=str(directory / RUN), fix="take the original bundle")
    for key, kind in TOLD.items():
        if type(run.get(key)) is not kind:
            raise BadInput(
                f"it doesn't say its `{key}`",
                where=str(directory / RUN),
                fix="update the lab, or take the original bundle",
            )
    return run


def _plan(directory: Path) -> Plan:
    try:
        return Plan.model_validate_json((directory / PLAN).read_bytes())
    except ValidationError as error:
        raise BadInput(
            f"no plan: {_first(error)}",
            where=str(directory / PLAN),
            fix="update the lab, or take the original bundle",
        ) from error


def _records(directory: Path, name: str, kind: type[Kind]) -> tuple[Kind, ...]:
    found: list[Kind] = []
    for number, line in enumerate((directory / name).read_bytes().splitlines(), 1):
        try:
            found.append(kind.model_validate_json(line))
        except ValidationError as error:
            raise BadInput(
                f"no {kind.__name__.lower()}: {_first(error)}",
                where=f"{directory / name}:{number}",
                fix="update the lab, or take the original bundle",
            ) from error
    return tuple(found)


def _first(error: ValidationError) -> str:
    """The first thing that is wrong: where in the document, and what."""
    detail = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, detail["loc"]))
    return f"{place}: {detail['msg']}" if place else str(detail["msg"])
