"""Denied with a witness: sent, delivered to the device, absent behind it, stopped by the right thing, control alive.

The order of the questions is the design's: what was seen behind the device outweighs everything else that was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import ip_address

from lab.plan import Plan, trail
from lab.record import Observation, Sighting, Warrant
from lab.verdict.alive import Closeness, Control, control_of
from lab.verdict.judgement import Judgement, error, failed, not_testable, passed
from lab.verdict.nearside import seen_behind
from lab.verdict.phrases_ja import trouble_ja
from lab.verdict.purpose import JAPANESE, Purpose
from lab.verdict.ruleset import Ruleset
from lab.verdict.stop import End, Mismatch, end_at, state_seen
from lab.verdict.words import Seen, answer_ja, host_of, packet, packet_ja, ports, ports_ja, way, way_ja

DENIALS = frozenset({Purpose.DEFAULT_DENY, Purpose.EXPLICIT_DENY})
REACHED = {"connected", "replied"}
NO_ROUTE = ("error: no route", "unreachable: no route")


def denied(
    observation: Observation,
    control: Seen | Sequence[Seen],
    *,
    device: str,
    plan: Plan,
    ruleset: Ruleset | None,
    expect: Collection[Purpose] = DENIALS,
) -> Judgement:
    """Say whether this packet was stopped by `device`, and for the right reason.

    `control`: what was sent beside it and had to get through. `ruleset`: the device's rules as read back; None for a
    device without nftables (black box). `expect`: the purposes that count as the right thing; by default the device's
    deny, explicit or by default. A drop for any other purpose shows nothing about a zone control: not testable.
    """
    if reached := _reached(observation, device, plan, ruleset):
        return reached
    witness = control_of(observation, as_sequence(control), device=device, plan=plan)
    if problem := watched_badly(observation) or not_delivered(observation, witness, device, plan):
        return problem
    if ruleset is None:
        return _black_box(observation, witness, device)
    return by_trace(observation, witness, device, ruleset, expect)


def as_sequence(control: Seen | Sequence[Seen]) -> Sequence[Seen]:
    """One control or several."""
    return control if isinstance(control, Sequence) else [control]


def _reached(observation: Observation, device: str, plan: Plan, ruleset: Ruleset | None) -> Judgement | None:
    """A fail if the token was seen behind the device, or somebody answered it."""
    if behind := seen_behind(plan, observation, device):
        return got_through(observation, behind, device, ruleset)
    return _answered(observation, device) if observation.answer in REACHED else None


def delivered_to(observation: Observation, device: str) -> bool:
    """The token was handed to one of the device's ports."""
    return any(s.direction == "to" and host_of(s.port) == device for s in observation.sightings)


def watched_badly(observation: Observation) -> Judgement | None:
    """An error if the tap, the trace or the sender had a fault of its own."""
    reason = observation.trouble[0] if observation.trouble else ""
    if not reason and observation.answer.startswith("error:") and not observation.answer.startswith(NO_ROUTE):
        reason = observation.answer.removeprefix("error:").strip()
    if not reason:
        return None
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    return error(f"{text}: not watched properly: {reason}", f"{ja}：正しく観測できませんでした（{trouble_ja(reason)}）")


def got_through(
    observation: Observation,
    behind: Sequence[Sighting],
    device: str,
    ruleset: Ruleset | None,
) -> Judgement:
    """The fail of a packet that was seen behind the device, with the rule that let it through."""
    text, ja, where = packet(observation.attempt), packet_ja(observation.attempt), ports(behind)
    where_ja = ports_ja(behind)
    rule_en, rule_ja = _let_through(observation, device, ruleset)
    answer_en = f"; the answer was: {observation.answer}" if observation.answer != "none" else ""
    told_ja = f"。応答：{answer_ja(observation.answer)}" if observation.answer != "none" else ""
    return failed(
        Warrant.WITNESSED,
        f"{text} got through {device}: seen at {where}{rule_en}{answer_en}",
        f"{ja}が {device} を通過しました。観測箇所：{where_ja}{rule_ja}{told_ja}",
    )


def _let_through(observation: Observation, device: str, ruleset: Ruleset | None) -> tuple[str, str]:
    end: End | None = None
    if ruleset is not None:
        try:
            end = end_at(observation.trace, device, ruleset)
        except Mismatch:
            end = None
    if end is not None:
        return f"; let through by {end}", f"。通したルール：{end.ja}"
    steps = [step for step in observation.trace if step.device == device and step.verdict == "accept"]
    if not steps:
        return "", ""
    chain, rule = f"{steps[-1].table} {steps[-1].chain}", steps[-1].rule
    return f"; let through by {chain}: {rule or 'policy'}", f"。通したルール：{chain}: {rule or '既定動作'}"


def _answered(observation: Observation, device: str) -> Judgement:
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    return failed(
        Warrant.WITNESSED,
        f"{text} was answered ({observation.answer}) though it was not seen behind {device}: "
        "something in front of it, or the device itself, answers in the destination's place",
        f"{ja}は {device} の先では観測されていませんが応答がありました（{answer_ja(observation.answer)}）。"
        "手前の機器または装置自身が代わりに応答しています",
    )


def not_delivered(observation: Observation, witness: Control, device: str, plan: Plan) -> Judgement | None:
    """Why the device never had this packet to judge; None if it had."""
    if observation.sent_at_ns is None:
        return _never_sent(observation, witness, plan)
    return None if delivered_to(observation, device) else _not_delivered(observation, device)


def _never_sent(observation: Observation, witness: Control, plan: Plan) -> Judgement:
    text, ja, source = packet(observation.attempt), packet_ja(observation.attempt), observation.attempt.source
    if not observation.answer.startswith(NO_ROUTE):
        return error(
            f"{text} was never seen leaving {source}: nothing was tested ({observation.answer})",
            f"{ja}は {source} から送信されていません。検査は行われていません（応答：{answer_ja(observation.answer)}）",
        )
    if witness.seen is None:
        return error(f"{text}: {witness.problem_en}", f"{ja}：{witness.problem_ja}")
    if _planned_way(observation, plan):
        return error(
            f"{text} was never sent: the plan gives {source} a route, but the host has none. The lab is not whole",
            f"{ja}は送信されていません。計画では {source} に経路がありますが、実際のホストにはありません（環境の異常）",
        )
    return passed(
        Warrant.INSPECTED,
        f"{source} itself has no route to {observation.attempt.address}: its kernel sent nothing. "
        "This says nothing about any firewall",
        f"{source} 自身に {observation.attempt.address} への経路がなく、カーネルが送信しませんでした。"
        "ファイアウォールについては何も示しません",
    )


def _planned_way(observation: Observation, plan: Plan) -> bool:
    """True if the plan's own routes lead from the source to the destination."""
    attempt = observation.attempt
    return bool(trail(plan, attempt.source, ip_address(attempt.address)))


def _not_delivered(observation: Observation, device: str) -> Judgement:
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    earlier = [s for s in observation.trace if s.device != device and s.verdict in {"drop", "reject"}]
    if earlier:
        return not_testable(
            f"{text} was stopped by {earlier[0].device} before it reached {device}: "
            f"try it from an intruder in front of {device}",
            f"{ja}は {device} に届く前に {earlier[0].device} で止まりました。{device} の直前から試す必要があります",
        )
    if observation.answer.startswith("unreachable"):
        return not_testable(
            f"{text} never reached {device} (last seen: {way(observation.sightings[-1:])}); the answer was unreachable",
            f"{ja}は {device} に届きませんでした（最後の観測：{way_ja(observation.sightings[-1:])}、到達不能の応答）",
        )
    return error(
        f"{text} never reached {device}: its way ended at {way(observation.sightings[-1:])}",
        f"{ja}は {device} に届いていません。最後の観測：{way_ja(observation.sightings[-1:])}",
    )


def _black_box(observation: Observation, witness: Control, device: str) -> Judgement:
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    if not witness.sound or witness.seen is None or witness.closeness < Closeness.THROUGH:
        why_en = witness.problem_en or f"no allowed flow through {device} was tried beside it"
        why_ja = witness.problem_ja or f"{device} を通る許可通信を同時に試していません"
        return error(f"{text}: {why_en}", f"{ja}：{why_ja}")
    return passed(
        Warrant.WITNESSED,
        f"{text} entered {device} and left by none of its ports, while {packet(witness.seen.attempt)} passed through it "
        "(black box: the device doesn't tell which rule)",
        f"{ja}は {device} に入り、どのポートからも出ませんでした。同時に {packet_ja(witness.seen.attempt)}は通過しました"
        "（装置内部のルールは確認できません）",
    )


def by_trace(
    observation: Observation,
    witness: Control,
    device: str,
    ruleset: Ruleset,
    expect: Collection[Purpose],
) -> Judgement:
    """The judgement of a packet that the device had, by what its trace says it did with it."""
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    try:
        end = end_at(observation.trace, device, ruleset)
    except Mismatch as changed:
        return error(
            f"{text}: the rules of {device} changed between probe and readback: {changed}",
            f"{ja}：検査中に {device} のルールが変わりました（{changed.ja}）",
        )
    if problem := _stopped_wrongly(observation, end, device, expect):
        return problem
    assert end is not None
    if not witness.sound or witness.seen is None:
        return error(f"{text}: {witness.problem_en}", f"{ja}：{witness.problem_ja}")
    state = state_seen(observation.trace, device)
    if end.purpose in DENIALS and (problem := _not_new(observation, state, device, witness)):
        return problem
    return passed(Warrant.WITNESSED, *_sentence(observation, end, device, witness))


def _stopped_wrongly(
    observation: Observation,
    end: End | None,
    device: str,
    expect: Collection[Purpose],
) -> Judgement | None:
    """Not testable, or an error, unless the device dropped the packet for one of the expected purposes."""
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    if end is None and not any(step.device == device for step in observation.trace):
        return error(
            f"{text} reached {device}, but its trace says nothing: was it tracing?",
            f"{ja}は {device} に届きましたが、ルールの追跡記録がありません",
        )
    if end is None or not end.dropped:
        said = f"; its rules let it through ({end})" if end else ""
        return not_testable(
            f"{text} vanished in {device} outside the rules{said}: routing, neighbour, TTL or reverse path. "
            "The rules were not what stopped it",
            f"{ja}は {device} のルール以外の理由（経路・隣接・TTL など）で消えました。ルールによる遮断は確認できません",
        )
    assert end.purpose is not None
    if end.purpose not in expect:
        return not_testable(
            f"{text} was stopped by {device}, but by its {end.purpose} ({end}): this says nothing about the zone rules",
            f"{ja}は {device} で止まりましたが、理由は{JAPANESE[end.purpose]}です（{end.ja}）。"
            "領域間のルールについては何も示しません",
        )
    return None


def _not_new(observation: Observation, state: str, device: str, witness: Control) -> Judgement | None:
    """Not testable unless, where no control of the same class exists, the packet was taken for a sound, new flow."""
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    if state == "new" or (not state and witness.same_class):
        return None
    if not state:
        return not_testable(
            f"{text}: no control of the same class exists, and nothing shows that {device} took it for a new flow",
            f"{ja}：同種の対照がなく、{device} が新規通信として扱ったことを確認できません",
        )
    return not_testable(
        f"{text}: {device} took it for {state}, not for a new flow, so that its drop says nothing about new ones",
        f"{ja}：{device} はこのパケットを新規通信ではなく {state} と扱いました。新規通信の遮断は確認できません",
    )


def _sentence(observation: Observation, end: End, device: str, witness: Control) -> tuple[str, str]:
    """The words of a witnessed denial, in both languages."""
    assert witness.seen is not None
    assert end.purpose is not None
    text, other = packet(observation.attempt), packet(witness.seen.attempt)
    ja, other_ja = packet_ja(observation.attempt), packet_ja(witness.seen.attempt)
    rejected = observation.answer == "refused" or observation.answer.startswith("unreachable")
    answer_en = " (it told the sender so)" if rejected else ""
    told_ja = "（送信元に拒否を通知）" if rejected else ""
    passed_en = f"passed {device}" if witness.closeness >= Closeness.THROUGH else "got through on the near side"
    passed_ja = f"{device} を通過" if witness.closeness >= Closeness.THROUGH else "手前の区間で到達"
    return (
        (
            f"{text} reached {device} and was seen nowhere behind it: stopped by its {end.purpose}{answer_en}: {end}. "
            f"In the same window {other} {passed_en}"
        ),
        (
            f"{ja}は {device} に届き、その先では観測されませんでした。"
            f"{JAPANESE[end.purpose]}により遮断{told_ja}：{end.ja}。同時に {other_ja}は{passed_ja}しています"
        ),
    )
