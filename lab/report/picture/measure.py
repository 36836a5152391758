"""How wide text will be: an estimate on the wide side, since an SVG is drawn with whatever font is there."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

NARROW, WIDE, BROAD = 0.33, 1.02, 0.9  # of the font's size
CAPITAL, SMALL = 0.74, 0.6
BOLD = 1.06
ELLIPSIS = "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that `text` takes at most in a usual sans-serif font; East Asian wide characters take a full square."""
    return sum(map(_share, text)) * size * (BOLD if bold else 1.0)


def fit(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it would not fit into `room` pixels."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + ELLIPSIS, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _share(character: str) -> float:
    if combining(character):
        return 0.0
    if east_asian_width(character) in "WFA":
        return WIDE
    if character in "il.,:;'|!jt[]()/ ":
        return NARROW
    if character in "mwMW@%":
        return BROAD
    return CAPITAL if character.isupper() else SMALL
