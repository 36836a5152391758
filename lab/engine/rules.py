"""A ruleset as text, without what changes by itself: counters' figures, learnt set elements, and tables with an owner.

Text, not JSON: nft 1.0.6 writes neither the owner flag nor the dynamic flag of a set into its JSON.
"""

from __future__ import annotations

import re
from hashlib import sha256

_OWNED = re.compile(r"^\tflags [^\n]*\bowner\b", re.MULTILINE)
_SET = re.compile(r"^\t(?:set|map) .*?^\t\}$", re.MULTILINE | re.DOTALL)
_DYNAMIC = re.compile(r"^\t\tflags [^\n]*\bdynamic\b", re.MULTILINE)
_ELEMENTS = re.compile(r"^\t\telements = \{.*?\}$\n", re.MULTILINE | re.DOTALL)


def stable(listing: str) -> str:
    """The lasting part of `nft -s list ruleset` (stateless: the figures are left out already)."""
    kept = [table for table in _tables(listing) if not _OWNED.search(table)]
    return "\n".join(_SET.sub(_without_learnt, table) for table in kept)


def digest(listing: str) -> str:
    """SHA-256 (hex) of the lasting part."""
    return sha256(stable(listing).encode()).hexdigest()


def _without_learnt(found: re.Match[str]) -> str:
    return _ELEMENTS.sub("", found[0]) if _DYNAMIC.search(found[0]) else found[0]


def _tables(listing: str) -> list[str]:
    """Tables begin and end at the margin; everything inside them is indented, and no string spans lines."""
    return re.findall(r"^table .*?^\}$", listing, re.MULTILINE | re.DOTALL)
