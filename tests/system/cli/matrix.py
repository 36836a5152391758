"""The flow matrix of a bundle: what got from one zone into another, whoever tried it, as the reviewed table has it."""

from __future__ import annotations

from pathlib import Path

from lab.plan import Plan
from lab.record.bundle import read

Flow = tuple[str, str, str]  # source, destination, "tcp/443"
GOLDEN = Path(__file__).parents[2] / "golden" / "flows"


def observed(evidence: Path) -> set[Flow]:
    """Flows between zones whose packets a host's own socket brought through, or whose application answered."""
    bundle = read(evidence)
    plan = bundle.plan
    assert plan is not None
    through = [
        one.attempt
        for one in bundle.observations
        if one.attempt.craft is None and one.attempt.intruder_segment is None and one.answer in {"connected", "replied"}
    ]
    through += [one.attempt for one in bundle.applications if one.ok]
    return {
        (each.source, each.destination, _service(each.protocol, each.port))
        for each in through
        if _crosses(plan, each.source, each.destination)
    }


def reviewed(scenario: str, plan: Plan) -> set[Flow]:
    """The same of the golden table."""
    lines = [line.split() for line in (GOLDEN / f"{scenario}.txt").read_text().splitlines()]
    flows = {(line[0], line[1].partition("@")[0], line[2]) for line in lines if line and not line[0].startswith("#")}
    return {flow for flow in flows if _crosses(plan, flow[0], flow[1])}


def _crosses(plan: Plan, one: str, other: str) -> bool:
    """The hosts stand in different zones, and on no segment together: of that no firewall has a say.

    Guests use a line of their own, which is none of the municipality's borders.
    """
    source, destination = plan.host(one), plan.host(other)
    shared = {leg.segment for leg in source.legs} & {leg.segment for leg in destination.legs}
    return source.zone != destination.zone and not shared and plan.place(source.zone) != "guest"


def _service(protocol, port) -> str:
    return f"{protocol}/{port}" if port is not None else str(protocol)
