"""Whom a telework terminal knows by name: there is no resolver for it, neither at home nor inside."""

from __future__ import annotations

from lab.plan.model import Host, Kind, Plan
from lab.plan.way import target


def partners(plan: Plan, host: Host) -> list[tuple[str, Host]]:
    """(address, host) of everyone that a host with a tunnel may talk to through it; nothing for other hosts."""
    if host.kind is Kind.ROUTER or len(host.cables) == len(host.legs):
        return []
    flows = [flow for flow in plan.allowed if flow.source == host.name and not flow.anyone]
    found = {
        str(target(plan, flow, family)): plan.host(flow.destination)
        for flow in flows
        for family in flow.families
        if family in plan.families
    }
    return sorted(found.items(), key=lambda pair: (pair[1].name, ":" in pair[0], pair[0]))
