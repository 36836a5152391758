"""The fabric as it is now, read by one exec, against the plan: bridges, ports, and whose port sits where."""

from __future__ import annotations

import json
from typing import Any

from lab.engine.client import Api
from lab.engine.model import Drift, DriftKind
from lab.engine.names import FABRIC
from lab.engine.state import call
from lab.engine.wiring import expected_ports
from lab.plan import Plan

Link = dict[str, Any]

_SHOW = "ip -j -d link show && echo && (cd /proc/sys && grep -H '' net/bridge/bridge-nf-call-* 2>/dev/null; true)"


def fabric_drift(client: Api, plan: Plan, container: str) -> list[Drift]:
    """What of the wiring is not as the plan says, seen from the fabric. LabError when the fabric does not answer."""
    answer = call(client, container, ["sh", "-c", _SHOW])
    links, _, filters = answer.partition("\n")
    return compare(plan, json.loads(links), filters.split())


def compare(plan: Plan, links: list[Link], filters: list[str]) -> list[Drift]:
    """`links`: as `ip -j -d link` gives them; `filters`: KEY:VALUE of the bridge-nf-call sysctls."""
    told = [
        (FABRIC, detail) for segment in plan.segments if not segment.tunnel and (detail := _bridge(segment.name, links))
    ]
    ports = {str(link.get("ifalias") or link["ifname"]): link for link in links if _kind(link) == "veth"}
    told += _ports(expected_ports(plan), ports)
    for key, _, value in (line.partition(":") for line in filters):
        if value != "0":
            told.append((FABRIC, f"{key} is {value}: the engine machine's rules see the lab's frames"))
    return [Drift(DriftKind.WIRING, host, detail) for host, detail in told]


def _bridge(segment: str, links: list[Link]) -> str:
    link = next((one for one in links if one["ifname"] == segment and _kind(one) == "bridge"), None)
    if link is None:
        return f"no bridge for segment {segment}"
    if "UP" not in link["flags"]:
        return f"the bridge of segment {segment} is down"
    settings = link["linkinfo"]["info_data"]
    if settings["mcast_snooping"] or settings["stp_state"]:
        return f"the bridge of segment {segment} snoops or runs spanning tree"
    return ""


def _ports(wanted: dict[str, str], ports: dict[str, Link]) -> list[tuple[str, str]]:
    told = []
    for alias, link in sorted(ports.items()):
        host, at = alias.partition(".")[0], link.get("master", "no bridge")
        if alias not in wanted:
            told.append((FABRIC, f"foreign port {alias} on {at}"))
        elif at != wanted[alias]:
            told.append((host, f"port {alias} sits on {at}"))
        elif "LOWER_UP" not in link["flags"]:
            told.append((host, f"port {alias} is down or its far end is"))
    lost: dict[str, list[str]] = {}
    for alias in sorted(wanted.keys() - ports.keys()):
        host, _, segment = alias.partition(".")
        lost.setdefault(host, []).append(segment)
    return told + [(host, f"no link to {', '.join(segments)}") for host, segments in lost.items()]


def _kind(link: Link) -> str:
    return str(link.get("linkinfo", {}).get("info_kind", ""))
