"""Bytes of a CSV file to text: UTF-8 with or without BOM, Shift_JIS as Windows writes it, and a word for all that is no CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from lab.scenario.tree import Problem

ENCODINGS = {
    "utf-8": "utf-8-sig",
    "cp932": "cp932",
    "shift_jis": "cp932",
    "euc-jp": "euc_jp",
}  # the user's word -> Python's
NAMES = {"utf-8-sig": "UTF-8", "cp932": "CP932 (Shift_JIS)", "euc_jp": "EUC-JP"}
SAVE = "save the sheet as CSV UTF-8"
_WORKBOOKS = {
    b"PK\x03\x04": "an Excel or OpenDocument workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}
_UTF_8_MARK, _UTF_16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


class Unreadable(Exception):  # noqa: N818 - it says what the file is
    """Nothing of the file can be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.cause)
        self.problem = problem


def decode(path: Path, content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Give the text and the name of its encoding. Without `encoding` (a key of ENCODINGS): UTF-8 if it is, else CP932.

    Raises Unreadable: empty, a workbook, binary, or the first byte that the encoding doesn't have, by row and column.
    """
    _refuse_other_files(path, content)
    if encoding is not None:
        choices = [ENCODINGS[encoding]]
    else:
        choices = ["utf-8-sig"] if content.startswith(_UTF_8_MARK) else ["utf-8-sig", "cp932"]
    failures: list[UnicodeDecodeError] = []
    for choice in choices:
        try:
            return content.decode(choice), NAMES[choice]
        except UnicodeDecodeError as error:
            failures.append(error)
    names = " nor ".join(NAMES[choice] for choice in choices)
    furthest = max(range(len(choices)), key=lambda number: failures[number].start)
    offset = failures[furthest].start
    if choices[furthest] == "utf-8-sig" and content.startswith(_UTF_8_MARK):
        offset += len(_UTF_8_MARK)  # Python counts from behind the mark
    raise Unreadable(_undecodable(path, content, offset, choices[furthest], names))


def _refuse_other_files(path: Path, content: bytes) -> None:
    fix = f"in the spreadsheet program, {SAVE} and give that file"
    book = next((what for magic, what in _WORKBOOKS.items() if content.startswith(magic)), None)
    if book is not None:
        cause = f"this is {book}, not CSV"
    elif content.startswith(_UTF_16_MARKS):
        cause = "the file is UTF-16 (Excel calls it Unicode text)"
    elif not content.removeprefix(_UTF_8_MARK).strip():
        cause, fix = (
            "the file is empty",
            "the first row has the headings: `lab register export` writes a sheet to start from",
        )
    elif b"\0" in content:
        cause = "the file is binary (it holds a zero byte)"
    else:
        return
    raise Unreadable(Problem(0, 0, cause, fix, sheet=path))


def _undecodable(path: Path, content: bytes, offset: int, encoding: str, names: str) -> Problem:
    row, column = _cell(content[:offset].decode(encoding, "replace"))
    neither = "neither " if " nor " in names else "not "
    return Problem(
        row,
        column,
        f"byte 0x{content[offset]:02x} (byte {offset + 1} of the file): the file is {neither}{names}",
        f"{SAVE}, or name its encoding: {', '.join(ENCODINGS)}",
        sheet=path,
    )


def _cell(before: str) -> tuple[int, int]:
    """Row and column, from 1, of the cell that begins or goes on after this text."""
    row, cells = 1, [""]
    try:
        for number, found in enumerate(csv.reader(io.StringIO(before + "x", newline="")), 1):
            row, cells = number, found
    except csv.Error:
        return before.count("\n") + 1, 1
    return row, len(cells)
