"""The positive control of a denial: an allowed flow that shows sender, device and tap alive in the same window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from lab.errors import LabError
from lab.plan import AllowedFlow, Family, Plan, Protocol, flow_route, once
from lab.record import Attempt
from lab.verdict.words import Seen, host_of, packet, packet_ja, segment_of

WINDOW_NS = 30 * 10**9  # a control is of the same window if it was sent within half a minute


class Closeness(IntEnum):
    """How much a control has in common with the denied flow."""

    NEAR = 0  # between hosts on the near side: sender and tap are alive
    THROUGH = 1  # through the device, of another class
    SAME_CLASS = 2  # through the device, same family and protocol
    SAME_SENDER = 3  # ... and from the same host


@dataclass(frozen=True, slots=True)
class Control:
    """The closest control that got through. `wanted`: the closest that the plan has to offer."""

    seen: Seen | None
    closeness: Closeness
    wanted: Closeness
    problem_en: str = ""  # why there is no sound control; "" if there is
    problem_ja: str = ""

    @property
    def sound(self) -> bool:
        return self.seen is not None and self.closeness >= self.wanted

    @property
    def same_class(self) -> bool:
        return self.closeness >= Closeness.SAME_CLASS


def control_of(seen: Seen, witnesses: Sequence[Seen], *, device: str, plan: Plan) -> Control:
    """The best witness there is for `seen`, and what is wrong with the others."""
    wanted = closest(plan, seen.attempt, device)
    best: tuple[Closeness, Seen] | None = None
    problem = ("no control flow was sent beside it", "対照となる許可通信が送信されていません")
    for witness in witnesses:
        if trouble := _trouble(seen, witness):
            problem = trouble
            continue
        closeness = _closeness(seen, witness, device)
        if closeness is None:
            text, ja = packet(witness.attempt), packet_ja(witness.attempt)
            problem = (
                f"the control {text} neither crosses {device} nor starts beside the sender",
                f"対照の {ja}は {device} を通らず、送信元の側でもありません",
            )
        elif best is None or closeness > best[0]:
            best = (closeness, witness)
    if best is None:
        return Control(None, Closeness.NEAR, wanted, *problem)
    if best[0] < wanted:
        problem = (
            f"the control {packet(best[1].attempt)} is not of the class that the register offers for {device}",
            f"対照の {packet_ja(best[1].attempt)}は、{device} について台帳にある同種の通信ではありません",
        )
        return Control(best[1], best[0], wanted, *problem)
    return Control(best[1], best[0], wanted)


def closest(plan: Plan, attempt: Attempt, device: str) -> Closeness:
    """The closest control that the plan's allowed flows make possible for this attempt at this device."""
    return _closest(plan, attempt.source, attempt.family, attempt.protocol, device)


@once
def _closest(plan: Plan, source: str, family: Family, protocol: Protocol, device: str) -> Closeness:
    kinds = _kinds(plan, device, family)
    if (source, protocol) in kinds:
        return Closeness.SAME_SENDER
    if any(other is protocol for _, other in kinds):
        return Closeness.SAME_CLASS
    return Closeness.THROUGH if kinds else Closeness.NEAR


@once
def _kinds(plan: Plan, device: str, family: Family) -> frozenset[tuple[str, Protocol]]:
    """(source, protocol) of the flows that cross it."""
    return frozenset((flow.source, flow.protocol) for flow in crossing(plan, device, family))


@once
def crossing(plan: Plan, device: str, family: Family) -> tuple[AllowedFlow, ...]:
    """The allowed flows that `device` forwards in that family."""
    return tuple(flow for flow in plan.allowed if _crosses(plan, flow, device, family))


def _crosses(plan: Plan, flow: AllowedFlow, device: str, family: Family) -> bool:
    if family not in flow.families:
        return False
    try:
        steps = flow_route(plan, flow, family)
    except (LabError, KeyError):
        return False
    return any(step.endswith("/from") and host_of(step) == device for step in steps) and flow.source != device


def arrived(seen: Seen) -> bool:
    """Whether it was handed to the host that it is for."""
    return any(s.direction == "to" and host_of(s.port) == seen.attempt.destination for s in seen.sightings)


def _trouble(seen: Seen, witness: Seen) -> tuple[str, str] | None:
    text, ja = packet(witness.attempt), packet_ja(witness.attempt)
    if witness.trouble:
        return (
            f"the control {text} was not watched properly: {witness.trouble[0]}",
            f"対照の {ja}を正しく観測できませんでした",
        )
    if not arrived(witness):
        return (
            f"the control {text} did not get through, so silence proves nothing: the lab may be dead",
            f"対照の {ja}も通らなかったため、無応答は証拠になりません（環境側の異常の可能性）",
        )
    if seen.sightings and abs(seen.sightings[0].at_ns - witness.sightings[0].at_ns) > WINDOW_NS:
        return f"the control {text} is not of the same window", f"対照の {ja}は同じ時間帯のものではありません"
    return None


def _closeness(seen: Seen, witness: Seen, device: str) -> Closeness | None:
    attempt, other = seen.attempt, witness.attempt
    if any(s.direction == "from" and host_of(s.port) == device for s in witness.sightings) and other.source != device:
        if (attempt.family, attempt.protocol) != (other.family, other.protocol):
            return Closeness.THROUGH
        return Closeness.SAME_SENDER if attempt.source == other.source else Closeness.SAME_CLASS
    same_segment = seen.sightings and segment_of(seen.sightings[0].port) == segment_of(witness.sightings[0].port)
    return Closeness.NEAR if attempt.source == other.source or same_segment else None
