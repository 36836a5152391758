"""A host with legs in two places is no way between them: what it is handed for the other side goes nowhere."""

from __future__ import annotations

from lab.record import Application, Observation, Warrant
from lab.verdict.denied import watched_badly
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.words import Seen, host_of, packet, packet_ja, ports, ports_ja, segment_of


def unrouted(observation: Observation, alive: Seen, *, host: str) -> Judgement:
    """Say whether `host` kept a packet that is for somebody on its other side (black box: no rule is named).

    `alive`: what the host itself answered in the same window; a dead host forwards nothing either.
    """
    text, ja = packet(observation.attempt), packet_ja(observation.attempt)
    if problem := watched_badly(observation):
        return problem
    entered = observation.attempt.intruder_segment
    passed_on = [
        sighting
        for sighting in observation.sightings
        if segment_of(sighting.port) != entered or (sighting.direction, host_of(sighting.port)) == ("from", host)
    ]
    if passed_on:
        return failed(
            Warrant.WITNESSED,
            f"{text} was forwarded by {host}, which is no router: seen at {ports(passed_on)}",
            f"{ja}を、ルータではない {host} が転送しました。観測箇所：{ports_ja(passed_on)}",
        )
    if not any(s.direction == "to" and host_of(s.port) == host for s in observation.sightings):
        return error(f"{text} was never handed to {host}", f"{ja}は {host} に届いていません")
    if not _answers(alive):
        return error(
            f"{host} answered nothing in the same window, so that silence proves nothing",
            f"{host} は同じ時間帯に応答しておらず、無応答は証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{text} was handed to {host} and seen nowhere behind it, while {packet(alive.attempt)} was answered (black box)",
        f"{ja}は {host} に渡され、その先では観測されませんでした。同時に {packet_ja(alive.attempt)}には応答しています",
    )


def _answers(alive: Seen) -> bool:
    if alive.trouble:
        return False
    return alive.ok if isinstance(alive, Application) else alive.answer in {"connected", "replied"}
