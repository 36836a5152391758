"""Where a rule stands in the ruleset that a run kept (`nft -a list ruleset`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TABLE = re.compile(r"table (?P<name>\w+ \S+) \{")
CHAIN = re.compile(r"\tchain (?P<name>\S+) \{")
HANDLE = re.compile(r" # handle (?P<handle>\d+)$")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a chain."""

    number: int  # of the line, from 1
    table: str
    chain: str
    text: str  # without its handle
    handle: int | None


def lines(listing: str) -> Iterator[Listed]:
    """Every line inside a chain: its rules, and its hook with the policy."""
    table = chain = ""
    for number, line in enumerate(listing.splitlines(), 1):
        if match := TABLE.match(line):
            table, chain = match["name"], ""
        elif match := CHAIN.match(line):
            chain = match["name"]
        elif line == "\t}":
            chain = ""
        elif chain and line.startswith("\t\t"):
            found = HANDLE.search(line)
            yield Listed(number, table, chain, HANDLE.sub("", line).strip(), int(found["handle"]) if found else None)


def find(listing: str, table: str, chain: str, *, handle: int | None = None, text: str = "") -> Listed | None:
    """The rule of that handle, else of that text, in the chain; figures of counters don't count."""
    mine = [line for line in lines(listing) if (line.table, line.chain) == (table, chain)]
    if handle is not None and (by_handle := next((line for line in mine if line.handle == handle), None)):
        return by_handle
    return next((line for line in mine if text and _bare(line.text) == _bare(text)), None)


def policy(listing: str, table: str, chain: str) -> Listed | None:
    """The line with the chain's hook and policy."""
    mine = (line for line in lines(listing) if (line.table, line.chain) == (table, chain))
    return next((line for line in mine if line.text.startswith("type ")), None)


def _bare(text: str) -> str:
    return re.sub(r"counter packets \d+ bytes \d+", "counter", " ".join(text.split()))
