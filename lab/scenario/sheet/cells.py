"""What a cell says: full-width signs, yes and no, services, formulas."""

from __future__ import annotations

import re
import unicodedata


def words(text: str) -> frozenset[str]:
    """Give the words of a line as a set."""
    return frozenset(text.split())


_YES = words("○ 〇 ◯ ◎ ● ✓ ✔ ☑ レ 有 有り あり はい 可 要 必要 する 制限あり 限定 済 済み on yes y true 1")
_NO = words("× ✕ ✖ ✗ ╳ x 無 無し なし いいえ 否 不要 しない 制限なし off no n false 0 - --") | {""}
_FORWARD = words("from-to → -> ⇒ => > 片方向 単方向 一方向 送信元→宛先 送信元から宛先 outbound out")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_MAC = re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}")
_SPLIT = re.compile(r"(?:(?P<before>[a-z]+)[\s/:_-]*)?(?P<port>[0-9][0-9\s,~-]*)(?:[\s/:_-]*(?P<after>[a-z]+))?番?")
_HARMLESS = re.compile(r"[-+][-+\s\d.,/:]*|\+\d{1,4}[dmy]")


def tidy(text: str) -> str:
    """Give a word as a keyboard would type it: half-width signs (NFKC), one kind of hyphen, no spaces around."""
    return unicodedata.normalize("NFKC", text).translate(_HYPHENS).strip()


def prose(text: str) -> str:
    """Give free text on one line, without the apostrophe that guards a sign of formulas."""
    line = " ".join(text.split())
    return line[1:].lstrip() if line[:1] == "'" and is_formula(line[1:]) else line


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet may compute this cell: = and @ begin one, + and - unless it is a number or a time."""
    plain = unicodedata.normalize("NFKC", text).lstrip()
    return plain[:1] in ("=", "@") or (plain[:1] in ("+", "-") and not _HARMLESS.fullmatch(plain.rstrip().casefold()))


def switch(text: str) -> bool | None:
    """Read ○×, 有無, はい・いいえ, on, off; a MAC address counts as yes, empty as no. None: it is none of them."""
    word = tidy(text).casefold()
    if word in _YES or _MAC.fullmatch(word):
        return True
    return False if word in _NO else None


def direction(text: str) -> str:
    """Give `from-to` for its ways of writing, and anything else as it stands."""
    word = tidy(text).casefold()
    return "from-to" if "".join(word.split()) in _FORWARD else text.strip()


def service(protocol: str, port: str) -> str:
    """Give `tcp/443` for TCP and 443, `443/tcp`, `TCP 443`, and so on; what is no such thing as it stands.

    One of the two may be empty. What they say twice must agree, or both stay visible in what is given.
    """
    word, number = tidy(protocol).casefold(), tidy(port).casefold()
    match = _SPLIT.fullmatch(number)
    if match is None:
        return f"{word}/{number}" if word and number else word or number
    told = [each for each in (word, match["before"], match["after"]) if each]
    names = list(dict.fromkeys(told))
    digits = "".join(match["port"].split())
    return "/".join([*names, digits]) if names else digits
