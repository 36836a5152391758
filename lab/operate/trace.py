"""`lab trace`: one packet's way through the lab."""

from __future__ import annotations

from ipaddress import ip_address

from lab.engine import connect
from lab.errors import BadInput
from lab.operate.choose import choose
from lab.operate.inside import host_of
from lab.plan import Family, Plan, Protocol, route
from lab.probe import open_prober, require_whole
from lab.record import Attempt, Observation

PORTS = 65536


def trace(
    name: str | None, source: str, destination: str, *, udp: bool, family: str
) -> tuple[Observation, tuple[str, ...], str]:
    """The observation, the ports the plan would lead it over, and one sentence on how it ended."""
    target, port = _destination(destination)
    protocol = Protocol.ICMP if port is None else Protocol.UDP if udp else Protocol.TCP
    if udp and port is None:
        raise BadInput("UDP needs a port", fix=f"lab trace --udp {source} {destination}:53")
    with connect() as engine:
        lab = choose(engine, name)
        require_whole(lab)
        plan = lab.plan
        target, asked = _named(plan, target, Family(family))
        bare, _, leg = target.partition("@")
        host_of(lab, source)
        try:
            address = plan.host(host_of(lab, bare)).address(asked, leg or None)
        except KeyError as error:
            raise BadInput(str(error.args[0]), fix="lab status shows every host's addresses") from error
        attempt = Attempt(
            source=source, destination=bare, address=str(address), family=asked, protocol=protocol, port=port
        )
        with open_prober(engine, lab, deadline=60) as prober:
            seen = prober.observe([attempt])[0]
        return seen, tuple(route(plan, source, bare, asked, address=address)), _end(seen, bare)


def _named(plan: Plan, target: str, family: Family) -> tuple[str, Family]:
    """HOST or HOST@SEGMENT, and the family. An address of the plan is taken for the host and the leg that it is of.

    BadInput for any other address.
    """
    try:
        wanted = ip_address(target.strip("[]"))
    except ValueError:
        return target, family
    for host in plan.hosts:
        for leg in host.legs:
            if wanted in {one.ip for one in leg.addresses}:
                return f"{host.name}@{leg.segment}", Family.IPV6 if wanted.version == 6 else Family.IPV4  # noqa: PLR2004 - IP version
    for one in plan.air.hosts if plan.air else ():
        if any(wanted == address.ip for leg in one.legs for address in leg.addresses):
            raise BadInput(
                f"{wanted} is {one.name}'s, which is on the air: no packet is traced to there", fix="lab capture air"
            )
    raise BadInput(f"{wanted} is no host's address in lab {plan.lab}", fix="lab status shows every host's addresses")


def _destination(text: str) -> tuple[str, int | None]:
    target, colon, port = text.rpartition(":")
    if not colon or (":" in target and not target.endswith("]")):
        return text, None  # no port; more than one colon is an IPv6 address
    if not port.isdigit() or not 0 < int(port) < PORTS:
        raise BadInput(f"{port!r} is not a port", fix="a number from 1 to 65535, e.g. mn-app:443")
    return target, int(port)


def _end(seen: Observation, destination: str) -> str:
    """How it ended, from what was seen."""
    if seen.sent_at_ns is None:
        return f"it never left {seen.attempt.source}: {seen.answer}"
    final = [step for step in seen.trace if step.verdict in ("drop", "reject")]
    if final:
        step = final[-1]
        what = step.rule or f"policy of chain {step.chain}"
        return f"ended at {step.device} in {step.table} {step.chain}: {what}"
    if any(sighting.port.startswith(f"{destination}.") and sighting.direction == "to" for sighting in seen.sightings):
        return f"delivered to {destination}; answer: {seen.answer}"
    return f"last seen at {seen.sightings[-1].port} ({seen.sightings[-1].direction}); answer: {seen.answer}"
