"""What must be the same on the machine before and after a lab: containers, networks, volumes, links, rules."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import docker

ROOT = Path(__file__).resolve().parents[3]
LINKS = Path("/sys/class/net")


def snapshot(lab):
    """Everything that this lab could leave behind on this machine; other labs, and Docker's own builds, come and go."""
    client = docker.from_env()
    try:
        found = {
            "containers": sorted(
                name for one in client.api.containers(all=True) if of(lab, one) for name in one["Names"]
            ),
            "networks": sorted(network.name for network in client.networks.list()),
            "volumes": sorted(volume.name for volume in client.volumes.list()),
        }
    finally:
        client.close()
    found["links"] = sorted(path.name for path in LINKS.iterdir() if (path / "master").resolve().name != "docker0")
    if os.geteuid() == 0 and shutil.which("nft"):
        found["rules"] = subprocess.run(
            ["nft", "-s", "list", "ruleset"], capture_output=True, check=False, text=True
        ).stdout
    return found


def of(lab, container):
    """It carries the lab's label, or the label of no lab although it was made from the labs' image."""
    unlabelled = container["Image"].startswith("sanso-host") and not container["Names"][0].startswith("/plain-")
    return container["Labels"].get("sanso.lab", lab if unlabelled else "") == lab


def own_processes(words, **environment):
    """Processes of this checkout with these words in their command line and this environment: number -> command line."""
    wanted = {f"{name}={value}".encode() for name, value in environment.items()}
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            has = set((path / "environ").read_bytes().split(b"\0")) if wanted else set()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if words in line and str(ROOT) in line and wanted <= has and "pytest tests/system" not in line:
            found[int(path.name)] = line
    return found
