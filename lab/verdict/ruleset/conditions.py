"""`match` and set lookups of `nft -j` as conditions: selectors, operators and literals put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.verdict.ruleset.box import ALL, Box, meet, minus
from lab.verdict.ruleset.fields import TOPS, Field, everything
from lab.verdict.ruleset.literals import Json, NotUnderstood, scalar, values
from lab.verdict.ruleset.model import Condition, Unsure
from lab.verdict.ruleset.ranges import EMPTY, Ranges
from lab.verdict.ruleset.selectors import Selector, selector

ENUMERABLE = 65535  # fields up to this size are matched with a mask by trying every value
POSITIVE = {"!=": "==", "!": "in"}
OPERATORS = {"==", "in", "!=", "!", "<", ">", "<=", ">="}
ELEMENT_KEYS = {"val", "timeout", "expires", "comment", "counter", "last"}


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A set or map of the table. Volatile: packets or time change it, so the readback is a moment's view."""

    elements: tuple[Json, ...]
    volatile: bool


Sets = Mapping[str, NamedSet]


def match(body: Mapping[str, Json], sets: Sets) -> Condition | Unsure:
    """One `match` statement. NotUnderstood for anything new."""
    left, operator, right = body["left"], body["op"], body["right"]
    if operator not in OPERATORS:
        raise NotUnderstood(f"the operator {operator!r}")
    selectors = keys(left)
    text = f"{' . '.join(s.text for s in selectors)} {operator} {_short(right)}"
    implied = _implied(selectors)
    if any(s.field is None for s in selectors):
        return Unsure(text, implied)
    if isinstance(right, str) and right.startswith("@"):
        found = named(right, sets)
        if found.volatile:
            return Unsure(text, implied)
        right = {"set": list(found.elements)}
    if len(selectors) > 1:
        inside = elements(selectors, right)
    else:
        ranges = _compared(selectors[0], POSITIVE.get(operator, str(operator)), right)
        if ranges is None:
            return Unsure(text, implied)
        inside = _box(selectors[:1], [ranges])
    if operator not in {"!=", "!"}:
        return Condition(text, tuple(inside))
    return Condition(text, tuple(minus([implied] if implied is not None else [], inside)), negated=True)


def keys(left: Json) -> list[Selector]:
    """The selectors of a plain or concatenated left-hand side."""
    if isinstance(left, dict) and "concat" in left:
        return [selector(part) for part in left["concat"]]
    return [selector(left)]


def named(reference: str, sets: Sets) -> NamedSet:
    """The set or map behind "@name"."""
    if (found := sets.get(reference.removeprefix("@"))) is None:
        raise NotUnderstood(f"the set {reference!r}, which the listing doesn't show")
    return found


def elements(selectors: list[Selector], right: Json) -> list[Box]:
    """A literal or set as boxes, one per element."""
    if isinstance(right, dict) and "set" in right:
        right = right["set"]
    return [box for item in (right if isinstance(right, list) else [right]) for box in element(selectors, item)]


def element(selectors: list[Selector], item: Json) -> list[Box]:
    """One element of a set or key of a map: no box if it contradicts what its selectors imply."""
    if isinstance(item, dict) and "elem" in item:
        if extra := set(item["elem"]) - ELEMENT_KEYS:
            raise NotUnderstood(f"{sorted(extra)} of a set element")
        item = item["elem"]["val"]
    if item == "*":
        return _box(selectors, [everything(s.field) for s in selectors if s.field])
    parts = item["concat"] if isinstance(item, dict) and "concat" in item else [item]
    if len(parts) != len(selectors):
        raise NotUnderstood(f"the set element {item!r}")
    return _box(selectors, [values(s.field, p, s.protocol) for s, p in zip(selectors, parts, strict=True) if s.field])


def _compared(key: Selector, operator: str, right: Json) -> Ranges | None:
    """The values of the key's field for which `key OPERATOR right` holds; None if that can't be told."""
    field = key.field
    assert field is not None
    if operator in {"<", ">", "<=", ">="}:
        edge, top = scalar(field, right, key.protocol), TOPS[field]
        spans = {"<": (0, edge - 1), "<=": (0, edge), ">": (edge + 1, top), ">=": (edge, top)}
        return Ranges.of([spans[operator]])
    if field is Field.TCP_FLAGS:
        return _flags(key, operator, right)
    bits = _or_list(right)
    if field is Field.CT_STATE and operator == "==" and bits is not None and len(bits) > 1:
        return EMPTY  # compares the whole bit mask, and no packet has two states
    wanted = values(field, right if bits is None else bits, key.protocol)
    if key.mask is None:
        return wanted
    if TOPS[field] > ENUMERABLE:
        return None
    return Ranges.single(*(value for value in range(TOPS[field] + 1) if value & key.mask in wanted))


def _flags(key: Selector, operator: str, right: Json) -> Ranges:
    field = Field.TCP_FLAGS
    if isinstance(right, dict) and "set" in right:
        allowed = values(field, right)
        return Ranges.single(*(f for f in range(256) if (f & key.mask if key.mask is not None else f) in allowed))
    bits = 0
    for part in _or_list(right) or [right]:
        bits |= scalar(field, part)
    if operator == "in":
        return Ranges.single(*(flags for flags in range(256) if flags & bits))
    mask = 255 if key.mask is None else key.mask
    return Ranges.single(*(flags for flags in range(256) if flags & mask == bits))


def _or_list(right: Json) -> list[Json] | None:
    """The parts of `a,b`, which nft writes as a list or as a tree of `|`; None if it is neither."""
    if isinstance(right, list):
        return right
    if isinstance(right, dict) and set(right) == {"|"}:
        return [leaf for part in right["|"] for leaf in _or_list(part) or [part]]
    return None


def _implied(selectors: list[Selector]) -> Box | None:
    box: Box | None = ALL
    for key in selectors:
        box = meet(box, key.implied) if box is not None else None
    return box


def _box(selectors: list[Selector], ranges: list[Ranges]) -> list[Box]:
    box = _implied(selectors)
    for key, wanted in zip(selectors, ranges, strict=True):
        if box is None or not wanted:
            return []
        assert key.field is not None
        box = meet(box, {key.field: wanted})
    return [] if box is None else [box]


def _short(right: Json) -> str:
    text = str(right)
    return text if len(text) < 80 else text[:77] + "..."  # noqa: PLR2004 - a line for people
