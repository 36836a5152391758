"""What must be the same on the machine before and after a lab: containers, networks, volumes, links, rules."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import docker

ROOT = Path(__file__).resolve().parents[3]


def snapshot():
    """Everything that a lab of these tests could leave behind on this machine; labs of other names come and go."""
    client = docker.from_env()
    try:
        found = {
            "containers": sorted(
                name
                for one in client.api.containers(all=True)
                for name in one["Names"]
                if one["Labels"].get("sanso.lab", "system-").startswith("system-")
            ),
            "networks": sorted(network.name for network in client.networks.list()),
            "volumes": sorted(volume.name for volume in client.volumes.list()),
        }
    finally:
        client.close()
    found["links"] = sorted(path.name for path in Path("/sys/class/net").iterdir())
    if os.geteuid() == 0 and shutil.which("nft"):
        found["rules"] = subprocess.run(
            ["nft", "-s", "list", "ruleset"], capture_output=True, check=False, text=True
        ).stdout
    return found


def own_processes(words):
    """Processes of this checkout whose command line holds these words: number -> command line."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if words in line and str(ROOT) in line and "pytest tests/system" not in line:
            found[int(path.parent.name)] = line
    return found
