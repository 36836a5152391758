"""`register: {csv: FILE}` in a scenario: the entries of the file take its place, each value with its cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from lab.errors import BadInput
from lab.scenario.beside import beside
from lab.scenario.file import RegisterFile
from lab.scenario.problems import Problems, shown
from lab.scenario.sheet.read import read_sheet
from lab.scenario.text import read_bytes
from lab.scenario.tree import Node
from lab.scenario.wording import explain

SHORT = "a register is a short file"
_FIX = "put the file beside the scenario and write its name"


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A CSV file and its encoding (a key of ENCODINGS; None: UTF-8 if it is, else CP932)."""

    path: Path
    encoding: str | None = None


def take_sheet(root: Node, folder: Path, problems: Problems, *, instead: SheetFile | None = None) -> None:
    """Put a CSV file's entries where `root` names the file, or `instead` of whatever register it has.

    What is wrong becomes a problem at its cell, or at the key if there is no such file; then the register is empty.
    """
    if not isinstance(root.value, dict):
        return
    if instead is not None:
        content = read_bytes(instead.path, fix="name the CSV file", what=SHORT)
        _put(root, instead.path, content, instead.encoding, problems)
        return
    named = root.value.get("register")
    if named is None or not isinstance(named.value, dict):
        return
    try:
        wanted = RegisterFile.model_validate(named.plain())
        path = beside(folder, wanted.csv, fix=_FIX)
        _put(root, folder / wanted.csv, read_bytes(path, fix=_FIX, what=SHORT), wanted.encoding, problems)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            explain({**detail, "loc": ("register", *detail["loc"])}, root, problems)
        del root.value["register"]
    except BadInput as error:
        problems.add(("register", "csv"), f"register {shown(wanted.csv)}: {error.message}", error.fix)
        del root.value["register"]


def _put(root: Node, path: Path, content: bytes, encoding: str | None, problems: Problems) -> None:
    sheet = read_sheet(path, content, encoding)
    problems.take(sheet.problems)
    root.value["register"] = sheet.entries
    root.keys.setdefault("register", sheet.entries)
