"""Rule texts out of `nft -a -s list ruleset`: what people read, and what a trace without handles can be compared with."""

from __future__ import annotations

import re

HEAD = re.compile(r"^table (?P<family>\S+) (?P<name>\S+) \{")
CHAIN = re.compile(r"^\tchain (?P<name>\S+) \{")
RULE = re.compile(r"^\t\t(?P<text>\S.*?) # handle (?P<handle>\d+)$")
OWN = re.compile(r"table inet sanso_probe \{.*?\n\}\n", re.DOTALL)  # the prober's own trace rules
FIGURES = re.compile(r"\bcounter packets \d+ bytes \d+")
Key = tuple[str, str, int]


def rule_texts(listing: str) -> dict[Key, str]:
    """(table, chain, handle) → text, counters without figures, comments kept."""
    texts: dict[Key, str] = {}
    table = chain = ""
    for line in listing.splitlines():
        if head := HEAD.match(line):
            table, chain = f"{head['family']} {head['name']}", ""
        elif inner := CHAIN.match(line):
            chain = inner["name"]
        elif line.startswith("\t}"):
            chain = ""
        elif chain and (rule := RULE.match(line)):
            texts[table, chain, int(rule["handle"])] = plain(rule["text"])
    return texts


def plain(text: str) -> str:
    """A rule's text without its counters' figures and without its handle."""
    return FIGURES.sub("counter", re.sub(r" # handle \d+$", "", text)).strip()


def without_probe(listing: str) -> str:
    """The listing without the prober's own table."""
    return OWN.sub("", listing)


def comparable(listing: str) -> str:
    """What two listings of the same rules have in common: no table of the prober's, no handles, no figures."""
    return "\n".join(plain(line) for line in without_probe(listing).splitlines())
