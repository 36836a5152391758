"""A router is wired only when its kernel says that nothing gets through: it would forward from the first frame on."""

from __future__ import annotations

import json
import subprocess
import time
from typing import Any

from lab.engine.helper.namespace import RefusedError, inside

_DEADLINE = 5.0  # seconds; the inits have told already that they are closed
_PAUSE = 0.02
_HOOKS = ("forward", "input")
_FAMILIES = {"inet": {"ip", "ip6"}, "ip": {"ip"}, "ip6": {"ip6"}}


def await_closed(host: str, descriptor: int) -> None:
    """Return when forward and input of that namespace drop by policy, in both families. RefusedError after five seconds."""
    deadline = time.monotonic() + _DEADLINE
    while missing := open_hooks(_chains(descriptor)):
        if time.monotonic() > deadline:
            raise RefusedError(
                f"{host}: this router is not closed: no base chain with policy drop for {', '.join(missing)};"
                " it stays unwired"
            )
        time.sleep(_PAUSE)


def open_hooks(chains: list[dict[str, Any]]) -> list[str]:
    """The hooks, with family, that no filter chain closes by policy: ["forward ip6", ...]."""
    closed = {
        (chain["hook"], family)
        for chain in chains
        if chain.get("policy") == "drop" and chain.get("type") == "filter"
        for family in _FAMILIES.get(chain["family"], set())
    }
    return [f"{hook} {family}" for hook in _HOOKS for family in ("ip", "ip6") if (hook, family) not in closed]


def _chains(descriptor: int) -> list[dict[str, Any]]:
    with inside(descriptor):
        listing = subprocess.run(["nft", "-j", "list", "chains"], check=True, capture_output=True)
    return [entry["chain"] for entry in json.loads(listing.stdout)["nftables"] if "chain" in entry]
