"""YAML text as a tree of values that know their line and column.

Only the plain part of YAML is accepted: no anchors, aliases, merge keys, tags or second documents. Every problem is
kept, so that a user sees them all at once; a syntax error, endless nesting or too many values end the reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

DEEPEST = 12
MOST_VALUES = 20_000
_WIDE_COLON = re.compile(r"[ ]*(?:- )?[A-Za-z_][\w-]*\s*：")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


@dataclass(slots=True)
class Node:
    """A value with its place. Lines and columns count from 1."""

    line: int
    column: int
    value: Any = None  # a scalar, list[Node] or dict[str, Node]
    keys: dict[str, Node] = field(default_factory=dict)  # for a mapping: where each key stands
    sheet: Path | None = (
        None  # the CSV file that it comes from, `line` and `column` being those of its cell; None: the scenario
    )

    def plain(self) -> Any:  # noqa: ANN401 - what YAML holds
        """Strip the value of its places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place."""

    line: int
    column: int
    cause: str
    fix: str = ""
    final: bool = True  # what follows from the tree would not mean much
    sheet: Path | None = None  # as in Node; a `line` of 0 is the file as a whole


class _Enough(Exception):  # noqa: N818 - not an error of the program
    """The text is not worth reading on."""


def parse(text: str) -> tuple[Node | None, list[Problem]]:
    """Give the tree (None if there is no document) and everything that is wrong with the text itself."""
    builder = _Builder()
    try:
        for event in YAML(pure=True).parse(text):
            builder.take(event)
    except _Enough:
        pass
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        builder.say(*_blamed(text, line, column, f"not valid YAML: {error.problem or error.context}"))
    except (YAMLError, ValueError, OverflowError) as error:
        cause = "a character that YAML does not allow" if isinstance(error, YAMLError) else "an escape of no character"
        builder.say(*builder.reached, f"not valid YAML after this place: {cause}", "remove it")
    return builder.root, builder.problems


def _blamed(text: str, line: int, column: int, cause: str) -> tuple[int, int, str, str]:
    """Line, column, cause and fix of a syntax error: the reader often stumbles a line after what is wrong."""
    lines = text.splitlines()
    for number in (line, line - 1):
        there = lines[number - 1] if 0 < number <= len(lines) else ""
        if (wide := _WIDE_COLON.match(there)) is not None:
            return (
                number,
                wide.end(),
                f"{cause}: the colon is a full-width one",
                "write ': ', a colon and a space of ASCII",
            )
    if line <= len(lines) and lines[line - 1][: column + 1].strip(" ").startswith("\t"):
        return line, column, cause, "indent with spaces"
    return line, column, cause, "check indentation, colons and quotes around this place"


class _Builder:
    """Puts events together to a tree, with a stack of its own so that no nesting can exhaust Python's."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[Node] = []
        self._key: list[Node | None] = []  # per open mapping: the key whose value comes next
        self._documents = 0
        self._values = 0
        self._aliases: set[str] = set()
        self.reached = (1, 1)  # where the last thing ended that could be read

    def say(self, line: int, column: int, cause: str, fix: str = "", *, final: bool = True) -> None:
        self.problems.append(Problem(line, column, cause, fix, final))

    def take(self, event: Any) -> None:  # noqa: ANN401 - ruamel's events have no common typed base
        self.reached = (event.end_mark.line + 1, event.end_mark.column + 1)
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:  # noqa: PLR2004 - the second document
                self.say(
                    event.start_mark.line + 1,
                    1,
                    "a second YAML document starts here",
                    "a scenario is one document: remove `---` and what follows",
                )
                raise _Enough
        if isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            self._open.pop()
            self._key.pop()
        elif isinstance(event, NodeEvent):
            self._node(event)

    def _node(self, event: Any) -> None:  # noqa: ANN401 - as above
        opens = isinstance(event, (SequenceStartEvent, MappingStartEvent))
        node = Node(event.start_mark.line + 1, event.start_mark.column + 1)
        self._values += 1
        if opens and len(self._open) >= DEEPEST:
            self.say(node.line, node.column, f"nested deeper than {DEEPEST} levels", "a scenario needs five")
            raise _Enough
        if self._values > MOST_VALUES:
            self.say(node.line, node.column, f"more than {MOST_VALUES} values", "a scenario is short: split it")
            raise _Enough
        self._refuse(event, node)
        if isinstance(event, ScalarEvent):
            node.value = _scalar(event)
            if hidden := HIDDEN.search(event.value):
                self.say(
                    node.line, node.column, f"the text holds the control character U+{ord(hidden[0]):04X}", "remove it"
                )
        elif isinstance(event, SequenceStartEvent):
            node.value = []
        elif isinstance(event, MappingStartEvent):
            node.value = {}
        self._attach(node)
        if opens:
            self._open.append(node)
            self._key.append(None)

    def _refuse(self, event: Any, node: Node) -> None:  # noqa: ANN401 - as above
        if isinstance(event, AliasEvent):
            if event.anchor not in self._aliases:  # once each: a bomb has thousands
                self.say(
                    node.line,
                    node.column,
                    f"alias *{_cut(event.anchor)}: a scenario is read without aliases",
                    "write the value out",
                )
            self._aliases.add(event.anchor)
        elif event.anchor is not None:
            self.say(
                node.line,
                node.column,
                f"anchor &{_cut(event.anchor)}: a scenario is read without anchors",
                "remove the anchor and write the value out where it is needed",
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.say(node.line, node.column, f"tag {_cut(str(tag))}: a scenario is read without tags", "remove the tag")

    def _attach(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
            return
        key = self._key[-1]
        if key is None:
            self._key[-1] = node
            return
        self._key[-1] = None
        self._put(parent, key, node)

    def _put(self, parent: Node, key: Node, node: Node) -> None:
        if isinstance(key.value, (dict, list)) or key.value is None:
            self.say(key.line, key.column, "a key must be a word", "write `key: value`", final=False)
            return
        name = key.value if isinstance(key.value, str) else str(key.plain()).lower()
        if name == "<<":
            self.say(key.line, key.column, "merge key <<: a scenario is read without merging", "write the values out")
        elif name in parent.value:
            first = parent.keys[name]
            self.say(
                key.line,
                key.column,
                f"key `{_cut(name)}` is here twice (first in line {first.line})",
                "keep one of the two",
                final=False,
            )
        else:
            parent.value[name], parent.keys[name] = node, key


def _cut(word: str) -> str:
    """Keep a message short however long the word is."""
    return word if len(word) <= 40 else f"{word[:37]}..."  # noqa: PLR2004 - about half a line


def _scalar(event: ScalarEvent) -> str | int | float | bool | None:
    text: str = event.value
    if not event.implicit[0]:  # quoted or block text stays text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
