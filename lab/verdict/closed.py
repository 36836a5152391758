"""Flows whose destination is the enforcing device itself.

A sniffer in the device sees what its input chain drops, so "absent" has another meaning here: the trace shows no input
accept, nothing answers on the wire, and a loopback probe shows that there was a service to reach.
"""

from __future__ import annotations

from collections.abc import Sequence

from lab.plan import Plan
from lab.record import Application, Observation, State, Warrant
from lab.verdict.alive import Control, control_of
from lab.verdict.denied import DENIALS, as_sequence, by_trace, not_delivered, watched_badly
from lab.verdict.judgement import Judgement, error, failed, not_testable, passed
from lab.verdict.nearside import seen_behind
from lab.verdict.ruleset import Ruleset
from lab.verdict.stop import Mismatch, accepts_at
from lab.verdict.words import Seen, answer_ja, packet, packet_ja, ports, ports_ja

ANSWERS = {"connected", "replied"}


def device_closed(
    observation: Observation,
    control: Seen | Sequence[Seen],
    *,
    device: str,
    plan: Plan,
    ruleset: Ruleset | None,
    loopback: Observation | Application | None = None,
) -> Judgement:
    """Say whether `device` keeps this flow to itself out.

    `loopback`: the same service asked from inside the device. Needed for a device without nftables; otherwise the drop
    in the trace speaks for itself and a living service only makes the words stronger.
    """
    if taken := let_in(observation, device, plan, ruleset):
        return taken
    witness = control_of(observation, as_sequence(control), device=device, plan=plan)
    if problem := watched_badly(observation) or not_delivered(observation, witness, device, plan):
        return problem
    up = _up(loopback)
    if ruleset is None:
        return _black_box(observation, witness, device, up=up)
    judgement = by_trace(observation, witness, device, ruleset, DENIALS)
    if judgement.state is not State.PASS or not up:
        return judgement
    return passed(
        Warrant.WITNESSED,
        f"{judgement.message_en}. The service is up: it answers on loopback",
        f"{judgement.message_ja}。サービス自体は稼働中です（ループバックでは応答）",
    )


def let_in(observation: Observation, device: str, plan: Plan, ruleset: Ruleset | None) -> Judgement | None:
    """A fail if the device took the packet in, sent it on, or answered it as a reachable host does."""
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    if behind := seen_behind(plan, observation, device):
        return failed(
            Warrant.WITNESSED,
            f"{text} was sent on by {device} instead of being dropped: seen at {ports(behind)}",
            f"{ja}は {device} で破棄されず転送されました。観測箇所：{ports_ja(behind)}",
        )
    if ruleset is not None:
        try:
            taken = accepts_at(observation.trace, device, ruleset, "input")
        except Mismatch:
            taken = None
        if taken is not None:
            return failed(
                Warrant.WITNESSED,
                f"{device} took in {text}: {taken}; the answer was: {observation.answer}",
                f"{device} が {ja}を受け入れました。ルール：{taken.ja}。応答：{answer_ja(observation.answer)}",
            )
    if observation.answer in ANSWERS:
        return failed(
            Warrant.WITNESSED,
            f"{device} answered {text} ({observation.answer})",
            f"{device} が {ja}に応答しました（{answer_ja(observation.answer)}）",
        )
    return None


def _up(loopback: Observation | Application | None) -> bool:
    if isinstance(loopback, Application):
        return loopback.ok
    return loopback is not None and loopback.answer in ANSWERS


def _black_box(observation: Observation, witness: Control, device: str, *, up: bool) -> Judgement:
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    if not witness.sound:
        return error(f"{text}: {witness.problem_en}", f"{ja}：{witness.problem_ja}")
    if not up:
        return not_testable(
            f"{text}: no answer from {device}, but nothing shows that it has such a service at all",
            f"{ja}：{device} から応答はありませんが、該当サービスの稼働を確認できません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{text} was delivered to {device} and not answered, though the service is up (it answers on loopback)",
        f"{ja}は {device} に届きましたが応答はありません。サービス自体は稼働中です（ループバックでは応答）",
    )
