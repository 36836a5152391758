"""Reads `nft -j list ruleset` into a Ruleset. Everything is understood or the reading fails."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from lab.errors import LabError
from lab.verdict.ruleset.conditions import NamedSet
from lab.verdict.ruleset.listing import rule_texts
from lab.verdict.ruleset.literals import NotUnderstood
from lab.verdict.ruleset.model import OWN_TABLE, Chain, Rule, Ruleset, UnknownStatement
from lab.verdict.ruleset.statements import statement

OBJECTS = {
    "metainfo", "table", "chain", "rule", "set", "map", "element", "counter", "quota", "limit", "ct helper",
    "ct timeout", "ct expectation", "flowtable", "secmark", "synproxy",
}  # fmt: skip
TABLES_THAT_RUN = {"owner", "persist"}  # flags of tables whose rules are in force
CHANGING_FLAGS = {"dynamic", "timeout"}
TRACE_STATEMENTS = {"match", "mangle", "counter", "comment", "jump"}


def parse_ruleset(nft_json: bytes, listing: bytes | str = "") -> Ruleset:
    """What every rule of every table, hook and chain matches.

    `listing`: the same ruleset as `nft -a -s list ruleset` prints it; gives each rule its text.
    Raises UnknownStatement naming table, chain and handle; LabError if the input is no listing at all.
    """
    objects = _objects(nft_json)
    objects = _enforced(objects)
    own = _own_table(objects)
    texts = rule_texts(listing if isinstance(listing, str) else listing.decode())
    sets = _sets(objects)
    rules: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for body in (body for kind, body in objects if kind == "rule"):
        if (body["family"], body["table"]) != own:
            rules[_table(body), body["chain"]].append(_rule(body, sets, texts))
    chains = tuple(
        Chain(
            _table(body),
            body["name"],
            tuple(rules[_table(body), body["name"]]),
            body.get("type", ""),
            body.get("hook", ""),
            body.get("prio", 0),
            body.get("policy", "accept"),
        )
        for kind, body in objects
        if kind == "chain" and (body["family"], body["table"]) != own
    )
    return Ruleset(
        chains,
        tuple(f"{_table(body)} {body['name']}" for kind, body in objects if kind == "flowtable"),
        tuple(f"{_table(body)} {body['name']}" for kind, body in objects if kind == "ct helper"),
    )


def _objects(nft_json: bytes) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        listed = json.loads(nft_json)["nftables"]
        objects = [next(iter(entry.items())) for entry in listed]
    except (ValueError, KeyError, TypeError, StopIteration, AttributeError) as error:
        raise LabError(
            "this is no output of `nft -j list ruleset`",
            fix="check that nft ran and that its exit code was 0",
        ) from error
    for kind, body in objects:
        if kind not in OBJECTS:
            where = body.get("table", body.get("name", "?")) if isinstance(body, Mapping) else "?"
            raise UnknownStatement(str(where), "-", 0, f"the object {kind!r}")
    return objects


def _enforced(objects: list[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Without the tables that are switched off (`flags dormant`): no packet meets a rule of theirs.

    nft 1.0.6 prints some other word of its memory in place of a table's flag, so that any unknown one is taken for this.
    """
    dormant = {_table(one) for kind, one in objects if kind == "table" and _flags(one) - TABLES_THAT_RUN}
    return [one for one in objects if one[0] in {"metainfo", "table"} or _table(one[1]) not in dormant]


def _table(body: Mapping[str, Any]) -> str:
    return f"{body['family']} {body['table'] if 'table' in body else body['name']}"


def _own_table(objects: list[tuple[str, Mapping[str, Any]]]) -> tuple[str, str] | None:
    """The prober's table, if it does nothing but trace: another table under its name is judged like any other."""
    for kind, body in objects:
        if kind == "rule" and (body["family"], body["table"]) == OWN_TABLE:
            for raw in body["expr"]:
                key = next(iter(raw))
                traces = key != "mangle" or raw[key]["key"] == {"meta": {"key": "nftrace"}}
                if key not in TRACE_STATEMENTS or not traces:
                    return None
        if kind == "chain" and (body["family"], body["table"]) == OWN_TABLE and body.get("policy") == "drop":
            return None
    return OWN_TABLE


def _sets(objects: list[tuple[str, Mapping[str, Any]]]) -> dict[str, dict[str, NamedSet]]:
    """Per table: its named sets and maps. A set that rules add to is volatile whatever its flags say."""
    written: set[tuple[str, str]] = set()
    for kind, body in objects:
        if kind == "rule":
            for raw in body["expr"]:
                for operation in ("set", "map", "meter"):
                    if isinstance(raw.get(operation), Mapping):
                        target = raw[operation].get(operation) or raw[operation].get("set") or ""
                        written.add((_table(body), str(target).removeprefix("@")))
    found: dict[str, dict[str, NamedSet]] = defaultdict(dict)
    extra: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for kind, body in objects:
        if kind == "element":
            extra[_table(body), body["name"]].extend(body["elem"])
    for kind, body in objects:
        if kind in {"set", "map"}:
            table, name = _table(body), body["name"]
            volatile = bool(_flags(body) & CHANGING_FLAGS) or "timeout" in body or (table, name) in written
            found[table][name] = NamedSet((*body.get("elem", ()), *extra[table, name]), volatile)
    return found


def _flags(body: Mapping[str, Any]) -> set[str]:
    flags: Iterable[str] | str = body.get("flags", ())
    return {flags} if isinstance(flags, str) else set(flags)


def _rule(
    body: Mapping[str, Any],
    sets: Mapping[str, Mapping[str, NamedSet]],
    texts: Mapping[tuple[str, str, int], str],
) -> Rule:
    table, chain, handle = _table(body), body["chain"], body["handle"]
    try:
        statements = tuple(statement(raw, sets.get(table, {})) for raw in body["expr"])
    except NotUnderstood as unknown:
        raise UnknownStatement(table, chain, handle, str(unknown)) from unknown
    except (KeyError, TypeError, IndexError, ValueError) as unknown:
        raise UnknownStatement(table, chain, handle, f"a statement of unexpected form ({unknown!r})") from unknown
    return Rule(table, chain, handle, statements, texts.get((table, chain, handle), ""), body.get("comment", ""))
