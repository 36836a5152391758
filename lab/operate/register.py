"""`lab register`: the register of specific communications (特定通信台帳) between a spreadsheet and a scenario; no lab needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lab import scenario
from lab.errors import BadInput
from lab.scenario.sheet import SheetFile, as_csv, as_yaml, load_sheet


@dataclass(frozen=True, slots=True)
class Imported:
    """YAML of the entries, how many there are, and the headings of columns that were not read."""

    text: str
    entries: int
    unread: tuple[str, ...]


def imported(file: SheetFile, *, judged_in: Path | None = None, as_of: date | None = None) -> Imported:
    """Read a CSV file; with `judged_in`, hold its entries against that scenario. Raises ManyErrors with file:row:column."""
    if judged_in is not None:
        scenario.load(judged_in, as_of=as_of, register=file)
    sheet = load_sheet(file, as_of=as_of)
    return Imported(as_yaml(sheet.entries, sheet.notes), len(sheet.entries), sheet.unread)


def exported(path: Path, *, encoding: str, as_of: date | None = None) -> bytes:
    """Give the register of a scenario as CSV. Raises ManyErrors for a scenario that is refused."""
    return as_csv(scenario.load(path, as_of=as_of).entries, encoding=encoding)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that isn't there yet: nobody's register is overwritten. BadInput if it is, or can't be written."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise BadInput("there is a file already", where=str(path), fix="choose another name, or remove it") from None
    except OSError as error:
        raise BadInput(f"it can't be written: {error.strerror}", where=str(path), fix="choose another place") from None
