"""Looks at the fabric from inside, and asks a kernel what rules mean. Sends nothing."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from lab.probe.agent import namespace

_PATIENCE = 5.0  # seconds


def wiring() -> dict[str, Any]:
    """Every link of the fabric (`ip -j -d link`), and which MAC addresses were seen behind which port (`bridge -j fdb`)."""
    links = json.loads(_run(["ip", "-j", "-d", "link", "show"]))
    seen = json.loads(_run(["bridge", "-j", "fdb", "show"]) or "[]")
    learned = [entry for entry in seen if entry.get("state") != "permanent"]
    return {"links": links, "learned": [{"mac": entry["mac"], "ifname": entry["ifname"]} for entry in learned]}


def rules(text: str) -> dict[str, Any]:
    """What a kernel makes of a ruleset file: loaded in an empty namespace of its own, listed, and gone with it."""
    space = namespace.make()
    try:
        with namespace.inside(space):
            _run(["nft", "-f", "-"], text)
            return {"rules": _run(["nft", "-s", "list", "ruleset"])}
    finally:
        os.close(space)


def _run(argv: list[str], text: str = "") -> str:
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()}")
    return done.stdout
