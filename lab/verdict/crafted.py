"""Crafted packets judged: delivered, absent behind the device in every form, and stopped by what should know it for what it is.

Silence is no pass here either. The twin is the same packet without the oddity, in the same batch: it passes where a flow is
allowed, else it gets as far as the default deny. So what stopped the other one was its oddity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.plan import Plan
from lab.record import Attempt, Observation, Warrant
from lab.verdict.alive import Control, control_of
from lab.verdict.closed import let_in
from lab.verdict.denied import DENIALS, got_through, not_delivered, watched_badly
from lab.verdict.judgement import Judgement, error, failed, not_testable, passed
from lab.verdict.nearside import seen_behind
from lab.verdict.purpose import JAPANESE, Purpose
from lab.verdict.ruleset import Ruleset
from lab.verdict.stop import End, Mismatch, end_at
from lab.verdict.words import Seen, packet, packet_ja


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must become of a crafted packet.

    `purposes`: the rules that may stop it. `strict`: any other stop is a failure: the device is asked to know such a packet
    for what it is, and to log it as that. `held`: pieces that never make a whole; the kernel keeps them from every rule.
    """

    purposes: frozenset[Purpose]
    strict: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """The same packet without what is odd about it. `through`: it must have passed the device."""

    attempt: Attempt
    through: bool


def crafted(
    observation: Observation,
    twin: tuple[Twin, Observation] | None,
    control: Sequence[Seen],
    *,
    device: str,
    plan: Plan,
    ruleset: Ruleset,
    expected: Expectation,
) -> Judgement:
    """Say whether this packet was stopped by `device` as what it is. `control`: allowed flows of the same window."""
    if reached := _reached(observation, device, plan, ruleset):
        return reached
    witness = control_of(observation, control, device=device, plan=plan)
    if problem := watched_badly(observation) or not_delivered(observation, witness, device, plan):
        return problem
    reason = _twin_trouble(*twin, device, plan, ruleset) if twin is not None else None
    if witness.seen is None or not witness.sound:
        reason = witness.problem_en, witness.problem_ja
    if reason is not None:
        return _error(observation, *reason)
    try:
        end = end_at(observation.trace, device, ruleset)
    except Mismatch as changed:
        return _error(
            observation,
            f"the rules of {device} changed meanwhile: {changed}",
            f"検査中に {device} のルールが変わりました（{changed.ja}）",
        )
    return _stopped(observation, end, twin, witness, device, expected)


def _reached(observation: Observation, device: str, plan: Plan, ruleset: Ruleset) -> Judgement | None:
    if behind := seen_behind(plan, observation, device):
        return got_through(observation, behind, device, ruleset)
    return let_in(observation, device, plan, ruleset) if observation.attempt.destination == device else None


def _error(observation: Observation, en: str, ja: str) -> Judgement:
    return error(f"{packet(observation.attempt)}: {en}", f"{packet_ja(observation.attempt)}：{ja}")


def stopped_by(observation: Observation, device: str, ruleset: Ruleset) -> str:
    """The purpose of the rule that stopped it; "" if none is known to have."""
    try:
        end = end_at(observation.trace, device, ruleset)
    except Mismatch:
        return ""
    return end.purpose.value if end is not None and end.purpose is not None else ""


def _twin_trouble(twin: Twin, seen: Observation, device: str, plan: Plan, ruleset: Ruleset) -> tuple[str, str] | None:
    """Why the twin shows nothing; None if it went as far as it should."""
    text, ja = packet(twin.attempt), packet_ja(twin.attempt)
    if seen.trouble:
        return (
            f"its twin {text} was not watched properly: {seen.trouble[0]}",
            f"対照の {ja}を正しく観測できませんでした",
        )
    if seen_behind(plan, seen, device):
        return None
    if twin.through:
        return f"its twin {text} did not get through {device}", f"対照の {ja}が {device} を通過しませんでした"
    try:
        end = end_at(seen.trace, device, ruleset)
    except Mismatch:
        end = None
    if end is None or not end.dropped or end.purpose not in DENIALS:
        said, said_ja = (f" ({end})", f"（{end.ja}）") if end else ("", "")
        return (
            f"its twin {text} did not get as far as the default deny{said}",
            f"対照の {ja}が既定拒否に達しませんでした{said_ja}",
        )
    return None


def _stopped(
    observation: Observation,
    end: End | None,
    twin: tuple[Twin, Observation] | None,
    witness: Control,
    device: str,
    expected: Expectation,
) -> Judgement:
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    beside_en, beside_ja = _beside(twin, witness, device)
    silent = not any(step.device == device for step in observation.trace)
    if silent and expected.held and twin is not None:
        return passed(
            Warrant.WITNESSED,
            f"{text} reached {device} and left by none of its ports. No rule stopped it: no rule ever saw it, because the "
            f"reassembly of {device} holds pieces that make no whole. {beside_en}",
            f"{ja}は {device} に届き、どのポートからも出ませんでした。ルールによる遮断ではなく、全断片がそろわないフラグメントを "
            f"{device} の再構成処理が保留したため、ルールには届いていません。{beside_ja}",
        )
    if end is not None and end.dropped and end.purpose in expected.purposes:
        return passed(
            Warrant.WITNESSED,
            f"{text} reached {device} and was seen nowhere behind it: stopped by its {end.purpose}: {end}. {beside_en}",
            f"{ja}は {device} に届き、その先では観測されませんでした。{JAPANESE[end.purpose]}により遮断：{end.ja}。{beside_ja}",
        )
    if end is None or not end.dropped:
        why_en, why_ja = (
            "outside the rules, by the kernel alone: nothing counted or logged it",
            "ルール以外で消え、計数も記録もされていません",
        )
    else:
        assert end.purpose is not None
        why_en, why_ja = (
            f"by its {end.purpose} ({end}), not as what it is",
            f"{JAPANESE[end.purpose]}（{end.ja}）によるもので、本来のルールではありません",
        )
    if expected.strict:
        return failed(
            Warrant.WITNESSED,
            f"{text} ended at {device} {why_en}: no rule of {device} names such a packet",
            f"{ja}は {device} で終わりましたが、{why_ja}。このようなパケットを名指しするルールがありません",
        )
    return not_testable(f"{text} ended at {device} {why_en}", f"{ja}は {device} で終わりましたが、{why_ja}")


def _beside(twin: tuple[Twin, Observation] | None, witness: Control, device: str) -> tuple[str, str]:
    """What got further in the same window."""
    assert witness.seen is not None
    other, other_ja = packet(witness.seen.attempt), packet_ja(witness.seen.attempt)
    if twin is None:
        return f"In the same window {other} got through", f"同時に {other_ja}は通過しています"
    text, ja = packet(twin[0].attempt), packet_ja(twin[0].attempt)
    if twin[0].through:
        return f"In the same window {text} and {other} got through", f"同時に {ja}と {other_ja}は通過しています"
    return (
        f"In the same window {text} came as far as the default deny of {device}, and {other} got through",
        f"同時に {ja}は {device} の既定拒否まで達し、{other_ja}は通過しています",
    )
