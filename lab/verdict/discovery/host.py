"""Whether a host is what its documents say."""

from __future__ import annotations

from lab.plan import Host, Plan
from lab.record import Warrant
from lab.verdict.discovery.addresses import addresses, interfaces
from lab.verdict.discovery.beneath import interface_settings, steering
from lab.verdict.discovery.differing import differs
from lab.verdict.discovery.model import Discovered
from lab.verdict.discovery.names import strange_names, strange_neighbours
from lab.verdict.discovery.routes import strange_policies, strange_routes
from lab.verdict.judgement import Judgement, passed


def host_documented(plan: Plan, host: Host, found: Discovered) -> Judgement:
    """Whether a host is what the documents say: links, addresses, routes, neighbours, names, and nothing beside its rules."""
    wrong = [
        *interfaces(host, found.links), *addresses(host, found.links), *strange_routes(host, found.routes),
        *strange_policies(host, found.policies), *strange_neighbours(plan, found.neighbours), *strange_names(plan, host, found),
        *steering(found.links, found.queues), *interface_settings(host, found.settings),
    ]  # fmt: skip
    if wrong:
        return differs(host.name, wrong)
    legs = ", ".join(f"{leg.segment} {' '.join(str(one) for one in leg.addresses)}" for leg in host.legs)
    legs_ja = legs.replace(", ", "、")
    known = sum(1 for one in found.neighbours if "lladdr" in one)
    return passed(
        Warrant.INSPECTED,
        f"{host.name}: found as documented: {legs}; {len(host.routes)} routes, {known} neighbours, its own names",
        f"{host.name}：構成図どおりです：{legs_ja}。経路 {len(host.routes)} 件、隣接機器 {known} 台、自らの名前のみ",
    )
