"""An allowed flow: the real application answered, and the packet took the plan's way and no other."""

from __future__ import annotations

from collections.abc import Sequence

from lab.record import Application, Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import failure_ja, trouble_ja
from lab.verdict.words import host_of, packet, packet_ja, segment_of, way, way_ja

ANSWERED = "answered"
SAID = {"tls": "", "cipher": "", "status": "", "rcode": "", "stratum": "stratum "}  # detail -> words before it


def allowed(application: Application, *, expected: Sequence[str]) -> Judgement:
    """Say whether this exchange shows that the flow works as planned.

    `expected`: the ports of the plan's route in order, "HOST.SEGMENT/from" and "HOST.SEGMENT/to".
    """
    text, ja = packet(application.attempt), packet_ja(application.attempt)
    if application.trouble:
        return error(
            f"{text}: not watched properly: {application.trouble[0]}",
            f"{ja}：正しく観測できませんでした（{trouble_ja(application.trouble[0])}）",
        )
    if not application.ok:
        return _unanswered(application)
    taken = way_taken(application, expected)
    if taken != list(expected):
        return failed(
            Warrant.WITNESSED,
            f"{text} was answered, but took another way than planned: {' > '.join(taken) or 'seen nowhere'} "
            f"instead of {' > '.join(expected)}",
            f"{ja}は応答がありましたが、計画と異なる経路を通りました：{' > '.join(taken) or '観測なし'}"
            f"（計画：{' > '.join(expected)}）",
        )
    said = _said(application)
    return passed(
        Warrant.WITNESSED,
        f"{text}: the real application answered ({said}), over {' > '.join(expected)}",
        f"{ja}：実アプリケーションが応答しました{'' if said == ANSWERED else f'（{said}）'}。経路：{' > '.join(expected)}",
    )


def way_taken(application: Application, expected: Sequence[str]) -> list[str]:
    """The ports in order, without the copies that a bridge floods to bystanders of a segment on the way."""
    flooded = {segment_of(step.rpartition("/")[0]) for step in expected}
    steps = []
    for sighting in application.sightings:
        step = f"{sighting.port}/{sighting.direction}"
        bystander = sighting.direction == "to" and segment_of(sighting.port) in flooded and step not in expected
        if not bystander:
            steps.append(step)
    return steps


def _unanswered(application: Application) -> Judgement:
    text, ja = packet(application.attempt), packet_ja(application.attempt)
    why, why_ja = _why(application)
    drops = [step for step in application.trace if step.verdict in {"drop", "reject"}]
    if drops:
        last = drops[0]
        rule, rule_ja = last.rule, last.rule
        if not rule:
            rule, rule_ja = f"policy {last.verdict} of {last.chain}", f"{last.chain} の既定動作（{last.verdict}）"
        return failed(
            Warrant.WITNESSED,
            f"{text} is permitted but {last.device} stopped it: {rule}",
            f"{ja}は許可された通信ですが {last.device} で遮断されました：{rule_ja}",
        )
    if not application.sightings:
        return error(
            f"{text} was never seen leaving {application.attempt.source}: {why}",
            f"{ja}は {application.attempt.source} から送信されていません（{why_ja}）",
        )
    arrived = host_of(application.sightings[-1].port) == application.attempt.destination
    where = (
        f"{application.attempt.destination} has it but"
        if arrived
        else f"last seen at {way(application.sightings[-1:])};"
    )
    return failed(
        Warrant.WITNESSED,
        f"{text} is permitted but did not work: {where} {why}",
        f"{ja}は許可された通信ですが成立しません。最後の観測：{way_ja(application.sightings[-1:])}（{why_ja}）",
    )


def _why(application: Application) -> tuple[str, str]:
    if told := application.detail.get("error"):
        return str(told), failure_ja(str(told))
    said = _said(application)
    more, more_ja = (f", {said}", f"（{said}）") if said != ANSWERED else ("", "")
    return f"no sound answer{more}", f"正しい応答なし{more_ja}"


def _said(application: Application) -> str:
    detail = application.detail
    parts = [f"{label}{detail[key]}" for key, label in SAID.items() if detail.get(key) not in {None, ""}]
    return ", ".join(parts) or ANSWERED
