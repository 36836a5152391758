"""Z3: ICMP errors about somebody else's flow.

The flow is a real one, opened a moment before. The error that its own side sends must arrive, so that the others are refused
for what they are.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from lab.plan import AllowedFlow, Family, Plan, Protocol
from lab.record import Attempt, Craft, Inner, Shape
from lab.verdict import Expectation, Purpose, Twin
from lab.verdict.craft_words import error_name
from lab.verify.ingress import Ingress, ingresses
from lab.verify.parameters import endpoints
from lab.verify.shapes import UNSOUND, Case
from lab.verify.trip import Stand, Wish, attempt_of, devices, mac_on, sender_address

PORTS = 65000, 65535  # above the probes' own and every ephemeral one
KINDS = {Family.IPV4: ((3, 1), (3, 4), (11, 0), (5, 1)), Family.IPV6: ((1, 0), (2, 0), (3, 0), (137, 0))}
TRUE = {Family.IPV4: (3, 4), Family.IPV6: (2, 0)}  # packet too big
REDIRECT = {Family.IPV4: (5, 1), Family.IPV6: (137, 0)}
REFUSED = Expectation(UNSOUND | {Purpose.MAC_BINDING})


@dataclass(frozen=True, slots=True)
class Live:
    """A flow that crosses a device, and the connection that makes it known there."""

    flow: AllowedFlow
    lead: Attempt
    near: str  # the leg of the device that it enters by
    far: str


def live(plan: Plan, device: str, family: Family) -> Live | None:
    """A TCP flow through `device` that is bound to no card; None if there is none."""
    for flow in plan.allowed:
        ends = device in {flow.source, flow.destination}
        if flow.mac or ends or flow.protocol is not Protocol.TCP or family not in flow.families:
            continue
        there = Wish(flow.source, flow.destination, family, flow.protocol, flow.port)
        back = Wish(flow.destination, flow.source, family, flow.protocol, flow.port)
        near, far = dict(devices(plan, there)).get(device), dict(devices(plan, back)).get(device)
        if near and far:
            return Live(flow, lead_of(plan, there), near, far)
    return None


def lead_of(plan: Plan, wish: Wish) -> Attempt:
    """The real connection of a wish, from a source port that is nobody else's.

    Each family has ports of its own: a host's two leads are open at once, and a socket of one family takes the port in both.
    """
    half = (PORTS[1] - PORTS[0]) // 2
    port = PORTS[0] + 2 * secrets.randbelow(half) + (wish.family is Family.IPV6)
    return attempt_of(plan, wish).model_copy(update={"source_port": port})


def cases(plan: Plan, device: str, known: Live) -> Iterator[Case]:
    """Errors about the live flow from a third side, to another host, about no flow at all; and its own side's redirects."""
    family, flow = known.lead.family, known.flow
    own = _Error(plan, device, known.far, flow.destination, flow.source)
    twin = Twin(own.attempt(TRUE[family], known), through=True)
    for third in _third_sides(plan, device, known):
        error = _Error(plan, device, third.segment, third.base.source, flow.source)
        for kind in KINDS[family]:
            yield error.case(kind, known, "a third side", twin)
    yield own.case(REDIRECT[family], known, "its own side", twin)
    yield own.case(TRUE[family], known, "its own side, about no flow", twin, shift=1)
    for other in endpoints(plan, plan.host(flow.source).zone):
        if other.name != flow.source:
            elsewhere = _Error(plan, device, known.far, flow.destination, other.name)
            yield elsewhere.case(TRUE[family], known, f"its own side, to {other.name}", twin)
            return


def _third_sides(plan: Plan, device: str, known: Live) -> list[Ingress]:
    """Sides that no flow of this device has together with the live flow's sender."""
    joined: set[str] = {known.near}
    for flow in plan.allowed:
        if known.lead.family in flow.families:
            there = dict(
                devices(plan, Wish(flow.source, flow.destination, known.lead.family, flow.protocol, flow.port))
            )
            back = dict(devices(plan, Wish(flow.destination, flow.source, known.lead.family, flow.protocol, flow.port)))
            sides = {there.get(device), back.get(device)} - {None}
            if known.near in sides:
                joined |= {side for side in sides if side}
    return [each for each in ingresses(plan, device, known.lead.family) if each.segment not in joined]


@dataclass(frozen=True, slots=True)
class _Error:
    """An error handed to `device` on `segment`, in the name of `source`, for `target`."""

    plan: Plan
    device: str
    segment: str
    source: str
    target: str

    def attempt(self, kind: tuple[int, int], known: Live, *, shift: int = 0) -> Attempt:
        lead = known.lead
        assert lead.source_port is not None
        assert lead.port is not None
        about = Inner(
            source=str(self.plan.host(lead.source).address(lead.family)),
            destination=lead.address,
            source_port=lead.source_port - 4000 * shift,
            port=lead.port,
        )
        target = self.plan.host(self.target).address(lead.family)
        return Attempt(
            source=self.source,
            destination=self.target,
            address=str(target),
            family=lead.family,
            protocol=Protocol.ICMP,
            intruder_segment=self.segment,
            intruder_next_hop=mac_on(self.plan.host(self.device), self.segment),
            intruder_source=str(sender_address(self.plan, self.source, target, lead.family)),
            craft=Craft(shape=Shape.ERROR, number=kind[0] * 256 + kind[1], inner=about),
        )

    def case(self, kind: tuple[int, int], known: Live, whose: str, twin: Twin, *, shift: int = 0) -> Case:
        attempt = self.attempt(kind, known, shift=shift)
        wish = Wish(attempt.source, attempt.destination, attempt.family, attempt.protocol)
        name = error_name(kind[0] * 256 + kind[1], attempt.family)
        note = f"from {self.segment}: {name} about {known.flow.id}, by {whose}"
        return Case(Stand(wish, self.device, attempt, note), REFUSED, twin)
