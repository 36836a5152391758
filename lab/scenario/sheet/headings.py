"""Which column is what: headings in Japanese or English, as municipalities write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from lab.scenario.problems import cell_name, shown
from lab.scenario.sheet.rows import HEAD
from lab.scenario.tree import Problem

HEADINGS: dict[str, tuple[str, ...]] = {  # key -> headings; the first is the one that messages and exports use
    "id": ("番号", "ID", "No", "管理番号", "登録番号", "台帳番号", "整理番号", "識別子", "項番", "通番", "number"),
    "purpose": (
        *("通信目的", "用途", "目的", "利用目的", "使用目的", "通信の目的", "通信内容", "業務", "業務名", "概要"),
        *("purpose", "description"),
    ),
    "from": ("送信元", "通信元", "発信元", "接続元", "送信元ホスト", "送信元機器", "from", "source", "src"),
    "to": ("宛先", "送信先", "通信先", "接続先", "相手先", "宛先ホスト", "宛先機器", "to", "destination", "dst"),
    "protocol": ("プロトコル", "通信プロトコル", "protocol"),
    "port": ("ポート", "ポート番号", "宛先ポート", "宛先ポート番号", "port", "dport", "destination port"),
    "service": ("サービス", "プロトコル/ポート", "プロトコル・ポート", "service"),
    "direction": ("方向", "通信方向", "通信の方向", "direction"),
    "mac": (
        *("MAC制限", "MAC", "MAC限定", "MACアドレス", "MACアドレス制限", "MACアドレス限定", "MACアドレスによる限定"),
        *("MACフィルタ", "MAC limit", "MAC address"),
    ),
    "owner": (
        *("所管課", "所管", "担当", "担当課", "担当部署", "所管部署", "主管課", "所属", "責任課", "管理課"),
        *("owner", "section", "department"),
    ),
    "expires": (
        *("有効期限", "期限", "満了日", "終了日", "有効期間", "利用期限", "使用期限", "許可期限", "承認期限"),
        *("expires", "expiry", "end", "end date", "valid until"),
    ),
    "note": ("備考", "摘要", "メモ", "note", "notes", "remarks", "comment"),
}
UNUSED = (  # what such sheets hold beside the register and what decides nothing
    *(
        "申請日",
        "申請者",
        "登録日",
        "承認日",
        "承認者",
        "決裁日",
        "決裁番号",
        "文書番号",
        "更新日",
        "確認日",
        "連絡先",
        "内線",
    ),
    *("開始日", "利用開始日"),
)
NEEDED = ("id", "purpose", "from", "to", "owner", "expires")
ENOUGH = 3  # known headings that make a row the row of headings


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the headings are: row (from 0), column (from 0) of each key, and what is not read."""

    row: int
    of: dict[str, int]
    unread: dict[int, str]


def normal(heading: str) -> str:
    """Give a heading without what differs by habit: width, spaces, letter case, marks, words in parentheses at its end."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading)).casefold().strip("*※:.■●")
    return re.sub(r"[(\[【].*[)\]】]$", "", text) or text


KEYS = {normal(word): key for key, words in HEADINGS.items() for word in words}
_UNUSED = {normal(word) for word in UNUSED}


def known(row: Sequence[str]) -> int:
    """Count the headings in a row."""
    return sum(normal(cell) in KEYS for cell in row)


def find_columns(path: Path, rows: Sequence[Sequence[str]], encoding: str) -> tuple[Columns, list[Problem]]:
    """Find the row of headings (titles above it are passed over) and say everything that is wrong with it."""
    number = next((index for index, row in enumerate(rows[:HEAD]) if known(row) >= ENOUGH), None)
    if number is None:
        first = ", ".join(HEADINGS[key][0] for key in (*NEEDED[:4], "protocol", "port", *NEEDED[4:]))
        fix = (
            "the headings stand above the entries (`lab register export` writes a sheet to start from); "
            "if they do, name the encoding"
        )
        cause = f"no row of headings such as {first} (the file was read as {encoding})"
        return Columns(0, {}, {}), [Problem(0, 0, cause, fix, sheet=path)]
    found: dict[str, int] = {}
    unread: dict[int, str] = {}
    problems: list[Problem] = []
    meant: set[str] = set()

    def say(column: int, cause: str, fix: str) -> None:
        problems.append(Problem(number + 1, column + 1, cause, fix, sheet=path))

    for column, cell in enumerate(rows[number]):
        word = normal(cell)
        key = KEYS.get(word)
        if not word:
            continue
        if word.startswith("#") or word in _UNUSED:
            unread[column] = cell.strip()
        elif key is None:
            near = _nearest(word, found)
            meant.add(KEYS.get(normal(near), ""))
            fix = f"did you mean {near}? If not: " if near else ""
            say(
                column,
                f"unknown heading {shown(cell.strip())}",
                f"{fix}put # before it, and the column is not read",
            )
        elif key in found:
            say(
                column,
                f"{cell.strip()} and {rows[number][found[key]].strip()} ({cell_name(number + 1, found[key] + 1)}) "
                "say the same",
                "put # before the heading of the one that is not to be read",
            )
        else:
            found[key] = column
    missing = [key for key in NEEDED if key not in found and key not in meant]
    missing += _no_service(found, meant)
    for key in missing:
        first, *others = HEADINGS[key]
        say(0, f"no column {first} (the file was read as {encoding})", f"add it, or one of: {', '.join(others)}")
    return Columns(number, found, unread), problems


def _no_service(found: dict[str, int], meant: set[str]) -> list[str]:
    """A service is its own column, or a port with or without a column for the protocol."""
    return [] if {"service", "port"} & (set(found) | meant) else ["port"]


def _nearest(word: str, found: dict[str, int]) -> str:
    """Give the heading that was meant, of those that are not there yet; empty if none is near."""
    left = [each for each, key in KEYS.items() if key not in found]
    near = get_close_matches(word[:64], left, n=1, cutoff=0.6)
    return next((each for each in HEADINGS[KEYS[near[0]]] if normal(each) == near[0]), "") if near else ""
