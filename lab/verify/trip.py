"""A flow laid over the plan: which ports it would cross, which devices enforce on it, and where to stand in front of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from lab.plan import Address, AllowedFlow, Family, Host, Plan, Protocol, once, target, trail
from lab.record import Attempt


@dataclass(frozen=True, slots=True)
class Wish:
    """One direction that a suite asks about.

    `to_leg`: the destination is a device, by its own address on that segment. `at`: an address that nobody in the plan has;
    `destination` is then a word for people.
    """

    source: str
    destination: str
    family: Family
    protocol: Protocol
    port: int | None = None
    to_leg: str | None = None
    at: Address | None = None

    def __str__(self) -> str:
        service = self.protocol.value if self.port is None else f"{self.protocol.value}/{self.port}"
        target = self.destination if self.to_leg is None else f"{self.destination}@{self.to_leg}"
        if self.at is not None:
            target = f"{target} ({self.at})"
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


@once
def devices(plan: Plan, wish: Wish) -> tuple[tuple[str, str], ...]:
    """(firewall, segment it is entered by) in the order of the way. One that is itself the destination comes last.

    The way ends where nobody forwards. What can't come by the way that routes lead would come by the way that its
    answers take: the firewalls on that, entered from their far sides, follow.
    """
    there = _firewalls(plan, trail(plan, wish.source, target_of(plan, wish)), "to")
    if wish.at is not None:
        return there
    back = trail(plan, wish.destination, sender_address(plan, wish.source, target_of(plan, wish), wish.family))
    known = {device for device, _ in there}
    return (*there, *(one for one in reversed(_firewalls(plan, back, "from")) if one[0] not in known))


def sender_address(plan: Plan, source: str, target: Address, family: Family) -> Address:
    """The address that a host sends from: that of the leg it leaves by; of its first leg if it has no way."""
    host = plan.end(source)
    way = trail(plan, source, target)
    segment = way[0].rpartition("/")[0].partition(".")[2] if way else None
    without = {leg.segment for leg in host.legs if not leg.addresses}  # a VPN gateway has none in its tunnels
    return host.address(family, None if segment in without else segment)


def _firewalls(plan: Plan, ports: Sequence[str], direction: str) -> tuple[tuple[str, str], ...]:
    """(firewall, segment) of the ports of that direction; a firewall that starts the way is not on it."""
    found = []
    for number, step in enumerate(ports):
        port, _, way = step.rpartition("/")
        host, _, segment = port.partition(".")
        if way == direction and number and "firewall" in plan.host(host).roles:
            found.append((host, segment))
    return tuple(found)


def target_of(plan: Plan, wish: Wish) -> Address:
    """The destination address of a wish."""
    return wish.at or plan.end(wish.destination).address(wish.family, wish.to_leg)


@once
def address(plan: Plan, wish: Wish) -> str:
    """The same as text."""
    return str(target_of(plan, wish))


@once
def allowed_flow(plan: Plan, wish: Wish) -> AllowedFlow | None:
    """The plan's entry for this very flow, None if it is denied. A device is known by the address that is asked."""
    for flow in plan.flows_between(wish.source, wish.destination, wish.protocol, wish.port):
        if wish.family in flow.families and str(target(plan, flow, wish.family)) == address(plan, wish):
            return flow
    return None


def wish_of(flow: AllowedFlow, family: Family) -> Wish:
    """An allowed flow as a wish."""
    return Wish(flow.source, flow.destination, family, flow.protocol, flow.port, flow.to_leg)


def attempt_of(plan: Plan, wish: Wish) -> Attempt:
    """A wish as a packet of its real source."""
    return Attempt(
        source=wish.source,
        destination=wish.destination,
        address=address(plan, wish),
        family=wish.family,
        protocol=wish.protocol,
        port=wish.port,
    )


def stands(plan: Plan, wish: Wish, *, by: str | None = None) -> tuple[Stand, ...]:
    """One attempt per enforcing device (or for `by` alone). Raises ValueError if `by` is not on the way."""
    way = devices(plan, wish)
    first = trail(plan, wish.source, target_of(plan, wish))[:2]
    if by is not None and by not in {device for device, _ in way}:
        raise ValueError(f"{by} is not on the way of {wish}: {' -> '.join(d for d, _ in way) or 'no device at all'}")
    made = []
    for device, segment in way:
        if by is None or device == by:
            attempt = attempt_of(plan, wish)
            if f"{device}.{segment}/to" not in first:
                attempt = in_front_of(plan, attempt, device, segment)
            made.append(Stand(wish, device, attempt))
    return tuple(made)


def in_front_of(plan: Plan, attempt: Attempt, device: str, segment: str) -> Attempt:
    """The same packet, sent by an intruder on `segment` with the real source's address, handed straight to `device`."""
    return attempt.model_copy(
        update={
            "intruder_segment": segment,
            "intruder_next_hop": mac_on(plan.host(device), segment),
            "intruder_source": str(sender_address(plan, attempt.source, ip_address(attempt.address), attempt.family)),
        }
    )


def mac_on(host: Host, segment: str) -> str:
    """The MAC address of a host's leg on a segment. KeyError if it has none."""
    for leg in host.legs:
        if leg.segment == segment:
            return leg.mac
    raise KeyError(f"{host.name} has no leg on {segment}")
