"""A register to CSV for a spreadsheet, and to the YAML of a scenario."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence

from lab.errors import BadInput
from lab.scenario.file import RegisterEntry
from lab.scenario.model import Entry
from lab.scenario.sheet.cells import is_formula
from lab.scenario.sheet.decode import ENCODINGS, NAMES
from lab.scenario.sheet.headings import HEADINGS

COLUMNS = ("id", "purpose", "from", "to", "protocol", "port", "direction", "mac", "owner", "expires")


def as_csv(entries: Iterable[Entry], *, encoding: str = "utf-8") -> bytes:
    """Give the sheet with Japanese headings and CRLF, UTF-8 with BOM: Excel opens it as it is.

    Raises BadInput for a sign that the encoding doesn't have. Dates are absolute, whatever the scenario said.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS[key][0] for key in COLUMNS)
    for entry in entries:
        writer.writerow(_cells(entry))
    try:
        return text.getvalue().encode(ENCODINGS[encoding])
    except UnicodeEncodeError as error:
        raise BadInput(
            f"{NAMES[ENCODINGS[encoding]]} has no {error.object[error.start]!r} (U+{ord(error.object[error.start]):04X})",
            fix="write UTF-8: leave --encoding out",
        ) from None


def as_yaml(entries: Sequence[RegisterEntry], notes: Sequence[str]) -> str:
    """Give the `register:` of a scenario, each entry with its note as a comment."""
    lines = ["register:  # 特定通信台帳: what is approved; nothing else is open"]
    for entry, note in zip(entries, notes, strict=True):
        if note:
            lines.append(f"  # {note}")
        lines += [f"{'    ' if number else '  - '}{line}" for number, line in enumerate(_lines(entry))]
    return "\n".join(lines) + "\n"


def _lines(entry: RegisterEntry) -> Iterator[str]:
    yield f"id: {_plain(entry.id)}"
    yield f"purpose: {_plain(entry.purpose)}"
    yield f"from: {_plain(entry.source)}"
    yield f"to: {_plain(entry.destination)}"
    yield f"service: {entry.service}"
    if entry.limit.mac:
        yield "limit: {mac: true}"
    yield f"owner: {_plain(entry.owner or '')}"
    yield f"expires: {entry.expires}"


def _plain(text: str) -> str:
    """Give text as YAML on one line, in quotes where it needs them."""
    import yaml

    return yaml.safe_dump(text, allow_unicode=True, width=math.inf).removesuffix("...\n").strip()


def _cells(entry: Entry) -> list[str]:
    texts = (entry.id, entry.purpose, entry.source, entry.destination, entry.protocol.upper(), str(entry.port))
    rest = ("送信元→宛先", "○" if entry.mac else "×", entry.owner, entry.expires.strftime("%Y/%m/%d"))
    return [f"'{text}" if is_formula(text) else text for text in (*texts, *rest)]
