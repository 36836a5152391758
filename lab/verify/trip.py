"""A flow laid over the plan: which ports it would cross, which devices enforce on it, and where to stand in front of each."""

from __future__ import annotations

from dataclasses import dataclass

from lab.plan import AllowedFlow, Family, Host, Kind, Plan, Protocol, route, target
from lab.record import Attempt


@dataclass(frozen=True, slots=True)
class Wish:
    """One direction that a suite asks about. `to_leg`: the destination is a device, by its own address on that segment."""

    source: str
    destination: str
    family: Family
    protocol: Protocol
    port: int | None = None
    to_leg: str | None = None

    def __str__(self) -> str:
        service = self.protocol.value if self.port is None else f"{self.protocol.value}/{self.port}"
        target = self.destination if self.to_leg is None else f"{self.destination}@{self.to_leg}"
        return f"{self.family.value} {service} {self.source} -> {target}"


@dataclass(frozen=True, slots=True)
class Stand:
    """One attempt that judges one device: from the real sender, or from an intruder right in front of the device."""

    wish: Wish
    device: str
    attempt: Attempt
    note: str = ""  # what is wrong with this packet, where something is

    @property
    def subject(self) -> str:
        """Stable name of what is judged: "ipv4 tcp/443 lg-term -> mn-app at fw-mn"."""
        return f"{self.wish} at {self.device}" + (f" {self.note}" if self.note else "")


def devices(plan: Plan, wish: Wish) -> tuple[tuple[str, str], ...]:
    """(device, segment it is entered by) in the order of the way. A device that is itself the destination comes last."""
    found = []
    end = plan.host(wish.destination).address(wish.family, wish.to_leg)
    for step in route(plan, wish.source, wish.destination, wish.family, address=end):
        port, _, direction = step.rpartition("/")
        host, _, segment = port.partition(".")
        if direction == "to" and plan.host(host).kind is Kind.ROUTER:
            found.append((host, segment))
    return tuple(found)


def address(plan: Plan, wish: Wish) -> str:
    """The destination address of a wish."""
    return str(plan.host(wish.destination).address(wish.family, wish.to_leg))


def allowed_flow(plan: Plan, wish: Wish) -> AllowedFlow | None:
    """The plan's entry for this very flow, None if it is denied. A device is known by the address that is asked."""
    for flow in plan.allowed:
        ends = (wish.source, wish.destination, wish.protocol, wish.port)
        same = ends == (flow.source, flow.destination, flow.protocol, flow.port) and wish.family in flow.families
        if same and str(target(plan, flow, wish.family)) == address(plan, wish):
            return flow
    return None


def wish_of(flow: AllowedFlow, family: Family) -> Wish:
    """An allowed flow as a wish."""
    return Wish(flow.source, flow.destination, family, flow.protocol, flow.port, flow.to_leg)


def stands(plan: Plan, wish: Wish, *, by: str | None = None) -> tuple[Stand, ...]:
    """One attempt per enforcing device (or for `by` alone). Raises ValueError if `by` is not on the way."""
    way = devices(plan, wish)
    if by is not None and by not in {device for device, _ in way}:
        raise ValueError(f"{by} is not on the way of {wish}: {' -> '.join(d for d, _ in way) or 'no device at all'}")
    end = address(plan, wish)
    made = []
    for number, (device, segment) in enumerate(way):
        if by is None or device == by:
            attempt = Attempt(
                source=wish.source,
                destination=wish.destination,
                address=end,
                family=wish.family,
                protocol=wish.protocol,
                port=wish.port,
            )
            if number:
                attempt = in_front_of(plan, attempt, device, segment)
            made.append(Stand(wish, device, attempt))
    return tuple(made)


def in_front_of(plan: Plan, attempt: Attempt, device: str, segment: str) -> Attempt:
    """The same packet, sent by an intruder on `segment` with the real source's address, handed straight to `device`."""
    return attempt.model_copy(
        update={
            "intruder_segment": segment,
            "intruder_next_hop": mac_on(plan.host(device), segment),
            "intruder_source": str(plan.host(attempt.source).address(attempt.family)),
        }
    )


def mac_on(host: Host, segment: str) -> str:
    """The MAC address of a host's leg on a segment. KeyError if it has none."""
    for leg in host.legs:
        if leg.segment == segment:
            return leg.mac
    raise KeyError(f"{host.name} has no leg on {segment}")
