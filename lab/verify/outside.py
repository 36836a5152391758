"""Classes of telework terminals, and who is asked to let them in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lab.plan import AllowedFlow, Plan
from lab.verify.eapol import asking

GATEWAY = "vpn_gateway"  # role


@dataclass(frozen=True, slots=True)
class OutsideClass:
    """A class of telework terminals, and the flow by which a gateway asks a server about it."""

    class_: str
    flow: AllowedFlow


def outside_classes(plan: Plan, classes: Collection[str]) -> list[tuple[str, object]]:
    """Each of these classes, with each gateway and each server that it asks."""
    gateways = {host.name for host in plan.hosts if GATEWAY in host.roles}
    flows = [flow for flow in asking(plan) if flow.source in gateways]
    return [(f"{class_}-at-{flow.destination}", OutsideClass(class_, flow)) for flow in flows for class_ in classes]
