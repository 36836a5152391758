"""Statements of `nft -j` rules, one by one. What is not listed here is not understood, and that is said aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lab.verdict.ruleset.box import Box
from lab.verdict.ruleset.conditions import Sets, element, keys, match, named
from lab.verdict.ruleset.fields import Field, everything
from lab.verdict.ruleset.literals import Json, NotUnderstood, values
from lab.verdict.ruleset.model import (
    Alteration,
    Assign,
    Log,
    Passive,
    Statement,
    Unsure,
    Verdict,
    VerdictMap,
)
from lab.verdict.ruleset.ranges import Ranges
from lab.verdict.ruleset.selectors import selector

VERDICTS = ("accept", "drop", "continue", "return", "jump", "goto", "reject", "queue")
ALTERATIONS = (
    "dnat",
    "snat",
    "masquerade",
    "redirect",
    "notrack",
    "flow",
    "dup",
    "fwd",
    "tproxy",
    "synproxy",
    "ct expectation",
)
STATEFUL = ("limit", "quota", "ct count", "connlimit")
PASSIVE = ("counter", "comment", "last", "ct timeout", "secmark")


def statement(raw: Mapping[str, Json], sets: Sets) -> Statement:
    """One statement of a rule. NotUnderstood for anything new."""
    if len(raw) != 1:
        raise NotUnderstood(f"the statement {raw!r}")
    ((kind, body),) = raw.items()
    if kind == "match":
        return match(body, sets)
    if kind == "vmap":
        return _verdict_map(body, sets)
    if kind == "log":
        return Log(body.get("group") if isinstance(body, Mapping) else None)
    for kinds, read in READERS:
        if kind in kinds:
            return read(kind, body)
    raise NotUnderstood(f"the statement {kind!r}")


def verdict(raw: Mapping[str, Json]) -> Verdict:
    """A verdict as it stands in a rule or in a map."""
    ((kind, body),) = raw.items()
    if kind not in VERDICTS:
        raise NotUnderstood(f"the verdict {kind!r}")
    return _verdict(kind, body)


def _verdict(kind: str, body: Json) -> Verdict:
    return Verdict(kind, body["target"] if kind in {"jump", "goto"} else "")


def _verdict_map(body: Mapping[str, Json], sets: Sets) -> Statement:
    selectors, data = keys(body["key"]), body["data"]
    text = f"{' . '.join(s.text for s in selectors)} vmap"
    volatile = False
    if isinstance(data, str):
        found = named(data, sets)
        entries, volatile = list(found.elements), found.volatile
    else:
        entries = data["set"]
    if any(key.field is None for key in selectors):
        known: tuple[Box, ...] = ({},)
        return VerdictMap(text, tuple((known, verdict(target)) for _, target in entries), unsure=True)
    return VerdictMap(
        text,
        tuple((tuple(element(selectors, key)), verdict(target)) for key, target in entries),
        unsure=volatile,
    )


def _mangle(_kind: str, body: Mapping[str, Json]) -> Statement:
    text = f"set {body['key']}"
    try:
        key = selector(body["key"])
    except NotUnderstood:
        if set(body["key"]) <= {"tcp option", "ip option", "exthdr"}:
            return Passive(text)
        raise
    if key.field is None:
        return Passive(text)  # a field that no modelled condition reads
    try:
        after = values(key.field, body["value"], key.protocol)
    except NotUnderstood:
        after = everything(key.field)  # computed from the packet: could be anything
    if key.field in {Field.MARK, Field.CT_MARK, Field.PACKET_TYPE}:
        return Assign(text, {key.field: after})
    return Alteration("rewrite", text, {key.field: after})


def _alteration(kind: str, body: Json) -> Statement:
    details = body if isinstance(body, dict) else {}
    becomes: dict[Field, Ranges] = {}
    if kind == "dnat":
        address = details.get("addr")
        for field in (Field.DADDR4, Field.DADDR6):
            if not isinstance(address, str):
                becomes[field] = everything(field)  # from a map or a range: could be anything
            elif (":" in address) == (field is Field.DADDR6):
                becomes[field] = values(field, address)
    if kind in {"dnat", "redirect"} and "port" in details:
        port = details["port"]
        becomes[Field.DPORT] = values(Field.DPORT, port) if isinstance(port, int) else everything(Field.DPORT)
    shown = " ".join(f"{key} {value}" for key, value in details.items()) if details else str(body or "")
    return Alteration(kind, f"{kind} {shown}".strip(), becomes)


def _helper(_kind: str, body: Json) -> Statement:
    return Alteration("helper", f"ct helper set {body}")


def _stateful(kind: str, body: Json) -> Statement:
    return Unsure(f"{kind} {body}")


def _update(_kind: str, body: Mapping[str, Json]) -> Statement:
    """A full set ends the rule, and a set can carry a limit: whether the rule goes on is not in the headers."""
    return Unsure(f"{body['op']} {body['set']}")


def _passive(kind: str, _body: Json) -> Statement:
    return Passive(kind)


READERS: tuple[tuple[tuple[str, ...], Callable[[str, Json], Statement]], ...] = (
    (VERDICTS, _verdict),
    (ALTERATIONS, _alteration),
    (STATEFUL, _stateful),
    (PASSIVE, _passive),
    (("mangle",), _mangle),
    (("set", "map", "meter"), _update),
    (("ct helper",), _helper),
)
