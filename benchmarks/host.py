"""What a lab could leave behind on the machine: its objects at the engine, its processes, links, firewall rules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import docker

PATIENCE = 20.0  # seconds for the children of a killed command to end


def objects(lab: str) -> list[str]:
    """Containers, networks and volumes with the lab's label."""
    client = docker.APIClient(version="auto")
    label = {"label": f"sanso.lab={lab}"}
    try:
        found = [f"container {one['Names'][0]} {one['State']}" for one in client.containers(all=True, filters=label)]
        found += [f"network {one['Name']}" for one in client.networks(filters=label)]
        found += [f"volume {one['Name']}" for one in client.volumes(filters=label)["Volumes"] or []]
    finally:
        client.close()
    return found


def links() -> str:
    """Names of the machine's own network links; the engine's links to other people's containers are not ours."""
    shown = subprocess.run(["ip", "-j", "link", "show"], capture_output=True, text=True, check=True).stdout
    return "\n".join(sorted(link["ifname"] for link in json.loads(shown) if not link["ifname"].startswith("veth")))


def rules() -> str | None:
    """The machine's own nft ruleset without its counters; None if this user may not read it."""
    command = ["nft", "-s", "list", "ruleset"]
    if shutil.which(command[0]) is None:
        return None
    if os.geteuid() != 0:
        command = ["sudo", "-n", *command]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    return shown.stdout if shown.returncode == 0 else None


def processes(session: int) -> list[str]:
    """Command lines of the processes in that session that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of_session = stat.read_text().rpartition(")")[2].split()[:4]
            line = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:  # it has just ended
            continue
        if int(of_session) == session and state != "Z":
            found.append(f"{stat.parent.name} {line}")
    return found


def gone(look: Callable[[], list[str]]) -> list[str]:
    """What is still there after waiting for it to go; empty if it went."""
    deadline = time.monotonic() + PATIENCE
    while left := look():
        if time.monotonic() > deadline:
            return left
        time.sleep(0.1)
    return []
