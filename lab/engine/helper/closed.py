"""Hosts that are wired only when their kernel says that they are closed.

A router would forward from the first frame on, a terminal with a kill switch would speak.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from typing import Any

from lab.engine.helper.namespace import RefusedError, inside

_DEADLINE = 5.0  # seconds; the inits have told already that they are closed
_PAUSE = 0.02
_FAMILIES = {"inet": {"ip", "ip6"}, "ip": {"ip"}, "ip6": {"ip6"}}


def await_closed(host: str, descriptor: int, hooks: Sequence[str]) -> None:
    """Return when these hooks of that namespace drop by policy, in both families. RefusedError after five seconds."""
    deadline = time.monotonic() + _DEADLINE
    while missing := open_hooks(_chains(descriptor), hooks):
        if time.monotonic() > deadline:
            raise RefusedError(
                f"{host}: this host is not closed: no base chain with policy drop for {', '.join(missing)};"
                " it stays unwired"
            )
        time.sleep(_PAUSE)


def open_hooks(chains: list[dict[str, Any]], hooks: Sequence[str]) -> list[str]:
    """Those of `hooks`, with family, that no filter chain closes by policy: ["forward ip6", ...]."""
    closed = {
        (chain["hook"], family)
        for chain in chains
        if chain.get("policy") == "drop" and chain.get("type") == "filter"
        for family in _FAMILIES.get(chain["family"], set())
    }
    return [f"{hook} {family}" for hook in hooks for family in ("ip", "ip6") if (hook, family) not in closed]


def _chains(descriptor: int) -> list[dict[str, Any]]:
    with inside(descriptor):
        listing = subprocess.run(["nft", "-j", "list", "chains"], check=True, capture_output=True)
    return [entry["chain"] for entry in json.loads(listing.stdout)["nftables"] if "chain" in entry]
