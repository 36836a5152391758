"""Which allowed flow shows that sender, device and tap are alive while a denied one is tried (design rule: same class first)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lab.plan import AllowedFlow, Family, Kind, Plan, Protocol, once
from lab.record import Attempt, Observation
from lab.verdict.alive import crossing
from lab.verify.trip import Stand, Wish, attempt_of, wish_of

if TYPE_CHECKING:
    from lab.verify.session import LabSession


def alive(session: LabSession, stands: Iterable[Stand]) -> list[Observation]:
    """Allowed flows, right now: those that speak for these stands, each sent once and kept as evidence."""
    wanted = dict.fromkeys(attempt for stand in stands for attempt in controls_for(session.plan, stand))
    seen = session.prober.observe(list(wanted))
    for observation in seen:
        session.saw(observation)
    return seen


def controls_for(plan: Plan, stand: Stand) -> tuple[Attempt, ...]:
    """The attempts that must get through in the same window as `stand`."""
    return _controls(plan, stand.wish.source, stand.wish.family, stand.wish.protocol, stand.wish.port, stand.device)


@once
def _controls(
    plan: Plan, source: str, family: Family, protocol: Protocol, port: int | None, device: str
) -> tuple[Attempt, ...]:
    """Attempts that must get through.

    First an allowed flow through the same device: of the same protocol if the register has one, the same sender if it
    has one. Then, where the same device lets nothing of this protocol pass, a flow of the same protocol between two hosts
    on the sender's own segment: it shows that such a packet can be sent and seen.
    """
    through = sorted(
        crossing(plan, device, family), key=lambda flow: (flow.protocol is not protocol, flow.source != source, flow.id)
    )
    chosen = [_attempt(plan, through[0], family)] if through else []
    if not through or through[0].protocol is not protocol:
        near = _neighbour(plan, Wish(source, source, family, protocol, port))
        if near is not None:
            chosen.append(near)
    return tuple(chosen)


def _attempt(plan: Plan, flow: AllowedFlow, family: Family) -> Attempt:
    return attempt_of(plan, wish_of(flow, family))


def _neighbour(plan: Plan, wish: Wish) -> Attempt | None:
    """A packet of the same protocol to another endpoint on the sender's segment (no device between them)."""
    segment = plan.host(wish.source).legs[0].segment
    for host in plan.hosts:
        if host.name != wish.source and host.kind is Kind.ENDPOINT and host.legs[0].segment == segment:
            port = wish.port
            if wish.protocol is not Protocol.ICMP:
                served = [s.port for s in plan.services if s.host == host.name and s.protocol is wish.protocol]
                if not served:
                    continue
                port = served[0]
            return Attempt(
                source=wish.source,
                destination=host.name,
                address=str(host.address(wish.family)),
                family=wish.family,
                protocol=wish.protocol,
                port=port,
            )
    return None
