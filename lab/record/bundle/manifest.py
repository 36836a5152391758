"""MANIFEST.sha256: the hash list over raw evidence, in the form that `sha256sum --check` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from lab.errors import BadInput, LabError, ManyErrors
from lab.record.bundle.model import CAPTURES, HOSTS, MANIFEST, PART, PLAN, RUN, VERDICTS

BEGUN = {CAPTURES, HOSTS, PLAN, RUN, VERDICTS}  # names that tell a bundle without its end from any other folder
LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[^\0\n]+)")


def digest(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def manifest_text(directory: Path, names: Iterable[str]) -> str:
    """The list for these files of the directory, sorted."""
    return "".join(f"{digest(directory / name)}  {name}\n" for name in sorted(names))


def checked_names(directory: Path) -> list[str]:
    """The files of the list, every one of them present and unaltered. Raises BadInput, or ManyErrors naming all that aren't."""
    names: list[str] = []
    wrong: list[LabError] = []
    for number, line in enumerate(_lines(directory), 1):
        match = LINE.fullmatch(line)
        name = match["name"] if match else ""
        path = directory / name
        if match is None or not is_inside(name):
            wrong.append(BadInput("no line of a hash list", where=f"{directory / MANIFEST}:{number}"))
            continue
        names.append(name)
        if path.is_symlink() or not path.is_file():
            wrong.append(BadInput("is missing", where=str(path)))
        elif digest(path) != match["digest"]:
            wrong.append(BadInput("was altered after the run: its hash is another", where=str(path)))
    if RUN not in names:
        wrong.append(BadInput(f"doesn't list {RUN}", where=str(directory / MANIFEST)))
    wrong += _strangers(directory, set(names))
    if wrong:
        verdict = BadInput("this bundle is not what the run wrote", fix="take the original, or run `lab verify` again")
        raise ManyErrors([*wrong, verdict])
    return names


def is_inside(name: str) -> bool:
    """True for a relative path without tricks."""
    parts = name.split("/")
    return all(part not in {"", ".", ".."} for part in parts) and "\\" not in name


def _lines(directory: Path) -> list[str]:
    path = directory / MANIFEST
    if not path.is_file():
        if not any(path.name in BEGUN or path.suffix == PART for path in directory.iterdir()):
            raise BadInput("no evidence bundle here", where=str(directory), fix="lab verify --evidence DIR writes one")
        raise BadInput(
            f"half a bundle: the run that wrote it did not get to its end ({MANIFEST} is missing)",
            where=str(directory),
            fix="run `lab verify` again",
        )
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{MANIFEST} is no text", where=str(directory)) from error
    if not lines:
        raise BadInput(f"{MANIFEST} is empty", where=str(directory), fix="run `lab verify` again")
    return lines


def _strangers(directory: Path, known: set[str]) -> list[LabError]:
    """Evidence that nobody vouches for is none."""
    return [
        BadInput(f"is not in {MANIFEST}: it was added after the run", where=str(path))
        for folder in (CAPTURES, HOSTS)
        for path in sorted((directory / folder).rglob("*"))
        if (path.is_symlink() or not path.is_dir()) and path.relative_to(directory).as_posix() not in known
    ]
