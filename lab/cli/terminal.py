"""What the terminal can show: other signs where it has not these, colour where it is wanted, whole lines in pipes."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

UNCUT = 100_000  # columns: as good as endless
HANDLER = "sanso-lab"
_LIKE = str.maketrans(
    {"…": "...", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "·": "-", "✓": "+", "✗": "x", "—": "-", "–": "-"}
)


class Ascii(io.TextIOWrapper):
    """An output without Unicode. To the libraries it looks like UTF-8: click would take ASCII for a mistake and go past it."""

    def write(self, text: str, /) -> int:
        super().write(text.encode("ascii", HANDLER).decode("ascii"))
        return len(text)


def prepare() -> None:
    """Let no sign end a command: on a terminal or pipe without Unicode (LANG=C) it is written in ASCII, or as `?`."""
    codecs.register_error(HANDLER, _otherwise)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, Ascii):
            continue
        if codecs.lookup(stream.encoding).name == "ascii":
            lines = stream.line_buffering
            setattr(sys, name, Ascii(stream.detach(), encoding="utf-8", newline="\n", line_buffering=lines))
        else:
            stream.reconfigure(errors=HANDLER)


def has_unicode() -> bool:
    """Tell whether standard output takes every sign."""
    return not isinstance(sys.stdout, Ascii) and codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"


def _otherwise(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_LIKE)
    return "".join(_ascii(sign) for sign in text), error.end


def _ascii(sign: str) -> str:
    """Give the sign without width and accents; `?` if nothing of it is ASCII."""
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"


def colour() -> bool | None:
    """Tell click: no colour (NO_COLOR, TERM=dumb), or None: colour on a terminal, none in a pipe."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def console(*, stderr: bool = False) -> Console:
    """Give a console for lines and tables. In a pipe lines stay whole, unless COLUMNS says how wide it is to be."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal and not os.environ.get("COLUMNS"):
        made.width = UNCUT
    return made


def lively(made: Console) -> bool:
    """Tell whether a table can be drawn again and again in its place."""
    return made.is_terminal and not made.is_dumb_terminal
