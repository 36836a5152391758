"""Settings in strongSwan's own format (strongswan.conf(5)): sections in braces, `key = value`, comments from `#` on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PART = re.compile(r"\s*(?:#.*|(?P<brace>[{}])|(?P<word>[^{}#=\s]+)(?P<is>\s*=)?|.)")
_VALUE = re.compile(r'[ \t]*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^#{}\n]*))')


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, or a section's beginning (`value` None). Lines and columns count from 1."""

    section: tuple[str, ...]  # names of the sections that it is in, the outermost first
    key: str
    value: str | None
    line: int
    column: int


def settings(text: str) -> Iterator[Setting]:
    """Every setting in the order of the file; what is no setting is passed over, the daemon itself says what it can't read."""
    section: list[str] = []
    waiting = ("", 0, 0)  # a word that a brace may follow: the name of a section
    inherits = False  # what stands behind a colon is the name of another section
    for number, line in enumerate(text.splitlines(), 1):
        at = 0
        while at < len(line) and (part := _PART.match(line, at)) is not None:
            at = part.end()
            if part["brace"] == "{":
                yield Setting(tuple(section), waiting[0], None, waiting[1], waiting[2])
                section.append(waiting[0])
                inherits = False
            elif part["brace"] == "}":
                del section[-1:]
            elif part["is"]:
                value = _VALUE.match(line, at)
                assert value is not None  # it takes no character too
                at = value.end()
                told = value["plain"].strip() if value["quoted"] is None else value["quoted"]
                yield Setting(tuple(section), part["word"], told, number, part.start("word") + 1)
            elif part["word"] == ":":
                inherits = True
            elif part["word"] and not inherits:
                waiting = (part["word"], number, part.start("word") + 1)
