"""YAML text as a tree of values that know their line and column.

Only the plain part of YAML is accepted: no anchors, aliases, merge keys, tags or second documents. Every problem is
kept, so that a user sees them all at once; after a syntax error nothing more can be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}


@dataclass(slots=True)
class Node:
    """A value with its place. Lines and columns count from 1."""

    line: int
    column: int
    value: Any = None  # a scalar, list[Node] or dict[str, Node]
    keys: dict[str, Node] = field(default_factory=dict)  # for a mapping: where each key stands

    def plain(self) -> Any:  # noqa: ANN401 - what YAML holds
        """The value without places."""
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


def parse(text: str) -> tuple[Node | None, list[Problem]]:
    """The tree (None if there is no document) and everything that is wrong with the text itself."""
    builder = _Builder()
    try:
        for event in YAML(pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        builder.say(line, column, f"not valid YAML: {error.problem or error.context}",
                    "check indentation, colons and quotes around this place")
    except (YAMLError, ValueError, OverflowError) as error:
        builder.say(1, 1, f"not valid YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
                    "remove the characters that YAML does not allow")
    return builder.root, builder.problems


class _Builder:
    """Puts events together to a tree, with a stack of its own so that no nesting can exhaust Python's."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[Node] = []
        self._key: list[Node | None] = []  # per open mapping: the key whose value comes next
        self._skipping = 0
        self._documents = 0

    def say(self, line: int, column: int, cause: str, fix: str = "") -> None:
        self.problems.append(Problem(line, column, cause, fix))

    def take(self, event: Any) -> None:  # noqa: ANN401 - ruamel's events have no common typed base
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:  # noqa: PLR2004 - the second document
                self.say(event.start_mark.line + 1, 1, "a second YAML document starts here",
                         "a scenario is one document: remove `---` and what follows")
        if self._documents > 1:
            return
        if isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            self._close()
        elif isinstance(event, NodeEvent):
            self._node(event)

    def _node(self, event: Any) -> None:  # noqa: ANN401
        opens = isinstance(event, (SequenceStartEvent, MappingStartEvent))
        if self._skipping:
            self._skipping += opens
            return
        node = Node(event.start_mark.line + 1, event.start_mark.column + 1)
        self._refuse(event, node)
        if isinstance(event, ScalarEvent):
            node.value = _scalar(event)
        elif isinstance(event, SequenceStartEvent):
            node.value = []
        elif isinstance(event, MappingStartEvent):
            node.value = {}
        if opens and len(self._open) >= DEEPEST:
            self.say(node.line, node.column, f"nested deeper than {DEEPEST} levels", "a scenario needs four at most")
            node.value, self._skipping = None, 1
            self._attach(node)
            return
        self._attach(node)
        if opens:
            self._open.append(node)
            self._key.append(None)

    def _close(self) -> None:
        if self._skipping > 1:
            self._skipping -= 1
        elif self._skipping == 1:
            self._skipping = 0
        else:
            self._open.pop()
            self._key.pop()

    def _refuse(self, event: Any, node: Node) -> None:  # noqa: ANN401
        if isinstance(event, AliasEvent):
            self.say(node.line, node.column, f"alias *{event.anchor}: a scenario is read without aliases",
                     "write the value out")
        elif event.anchor is not None:
            self.say(node.line, node.column, f"anchor &{event.anchor}: a scenario is read without anchors",
                     "remove the anchor and write the value out where it is needed")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.say(node.line, node.column, f"tag {tag}: a scenario is read without tags", "remove the tag")

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
            self.say(key.line, key.column, "a key must be a word", "write `key: value`")
            return
        name = key.value if isinstance(key.value, str) else str(key.plain()).lower()
        if name == "<<":
            self.say(key.line, key.column, "merge key <<: a scenario is read without merging", "write the values out")
        elif name in parent.value:
            first = parent.keys[name]
            self.say(key.line, key.column, f"key `{name}` is here twice (first in line {first.line})",
                     "keep one of the two")
        else:
            parent.value[name], parent.keys[name] = node, key


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
