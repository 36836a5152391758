"""Where packets come into a firewall, and for each place a sound packet to start from: an allowed flow's if one enters there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lab.errors import LabError
from lab.plan import AllowedFlow, Family, Host, Kind, Plan, Protocol
from lab.record import Attempt, Craft, Inner, Shape
from lab.verify.trip import Stand, Wish, address, allowed_flow, devices, mac_on, sender_address, target_of

DISCARD = 9  # a port that no flow of any plan has


@dataclass(frozen=True, slots=True)
class Ingress:
    """One leg of a device in one family. `through`: the base packet is an allowed flow's and passes the device."""

    plan: Plan
    device: str
    segment: str
    base: Wish
    through: bool

    @property
    def source(self) -> str:
        """The address of the base's sender: that of the leg it leaves by, or the packet would be a forged one."""
        base = self.base
        return str(sender_address(self.plan, base.source, target_of(self.plan, base), base.family))

    @property
    def target(self) -> str:
        """The address of the base's receiver."""
        return address(self.plan, self.base)

    @property
    def near(self) -> str:
        """The device's own address on this leg."""
        return str(self.plan.host(self.device).address(self.base.family, self.segment))

    def attempt(self, craft: Craft, *, source: str | None = None, port: int | None = None) -> Attempt:
        """The base packet, crafted, handed to the device on this leg. `source`, `port`: instead of the base's."""
        return Attempt(
            source=self.base.source,
            destination=self.base.destination,
            address=self.target,
            family=self.base.family,
            protocol=self.base.protocol,
            port=port or self.base.port,
            intruder_segment=self.segment,
            intruder_next_hop=mac_on(self.plan.host(self.device), self.segment),
            intruder_source=source or self.source,
            craft=craft,
        )

    def by_way_of_the_device(self, craft: Craft) -> Attempt:
        """As `attempt`, addressed to the device itself, with the base's ends inside."""
        inner = Inner(source=self.source, destination=self.target, source_port=DISCARD, port=self.base.port or DISCARD)
        made = self.attempt(craft.model_copy(update={"inner": inner}))
        return made.model_copy(update={"destination": self.device, "address": self.near})

    def twin(self, *, pieces: bool = False) -> Attempt:
        """The base packet with nothing odd about it, or in sound fragments."""
        return self.attempt(Craft(shape=Shape.PIECES if pieces else Shape.PLAIN))

    def stand(self, attempt: Attempt, note: str) -> Stand:
        """The attempt as something to be judged. `note` says what is odd about it."""
        wish = Wish(attempt.source, attempt.destination, attempt.family, attempt.protocol, attempt.port)
        return Stand(wish, self.device, attempt, note=f"from {self.segment}: {note}")


def ingresses(plan: Plan, device: str, family: Family) -> tuple[Ingress, ...]:
    """The legs of `device` that packets of two endpoints enter it by, in the plan's order."""
    found: dict[str, Ingress] = {}
    for flow in sorted(plan.allowed, key=lambda flow: flow.protocol is not Protocol.TCP):
        if family in flow.families and _craftable(plan, flow, device):
            wish = Wish(flow.source, flow.destination, family, flow.protocol, flow.port)
            _enter(plan, device, wish, found, through=True)
    for wish in _others(plan, family):
        _enter(plan, device, wish, found, through=False)
    return tuple(found[leg.segment] for leg in plan.host(device).cables if leg.segment in found)


def _craftable(plan: Plan, flow: AllowedFlow, device: str) -> bool:
    """An intruder with its own MAC can send its first packet, and it goes on through the device."""
    ends = device in {flow.source, flow.destination}
    return (
        not flow.mac
        and not ends
        and flow.protocol in {Protocol.TCP, Protocol.UDP}
        and _endpoint(plan, flow.destination)
    )


def _endpoint(plan: Plan, name: str) -> bool:
    return plan.host(name).kind is Kind.ENDPOINT


def _others(plan: Plan, family: Family) -> Iterator[Wish]:
    """tcp/443 between any two endpoints, unless it is allowed or a flow between them is bound to cards: an intruder has neither."""
    bound = {frozenset((flow.source, flow.destination)) for flow in plan.allowed if flow.mac}
    hosts: list[Host] = [host for host in plan.hosts if host.kind is Kind.ENDPOINT]
    for source in hosts:
        for target in hosts:
            wish = Wish(source.name, target.name, family, Protocol.TCP, 443)
            free = frozenset((source.name, target.name)) not in bound
            if source.zone != target.zone and free and allowed_flow(plan, wish) is None:
                yield wish


def _enter(plan: Plan, device: str, wish: Wish, found: dict[str, Ingress], *, through: bool) -> None:
    """Take the wish as the base of every leg that it enters by and that has none.

    Never both directions of one pair: of a protocol without ports, the second would be taken for the answer to the first
    wherever a hole had let that through.
    """
    if any((at.base.source, at.base.destination) == (wish.destination, wish.source) for at in found.values()):
        return
    try:
        way = devices(plan, wish)
    except (LabError, KeyError):
        return
    for name, segment in way:
        if name == device and segment not in found:
            found[segment] = Ingress(plan, device, segment, wish, through)
