"""Fail-open windows and sessions that outlive their rule: what a train of packets shows about one event (Z11, ZONE-11).

A window is closed only if packets were on their way to the device while the event happened, none of them was seen behind
it before, during or after, and an allowed flow got through the same device before and after.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lab.plan import Plan
from lab.record import Event, Observation, Place, Sighting, Train, Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.nearside import near_side
from lab.verdict.phrases_ja import state_ja
from lab.verdict.said_ja import event_ja
from lab.verdict.words import host_of

ENOUGH = 5  # packets, at the least, in each part of a train that is to say something
_US_PER_MS = 1000
Alive = Sequence[Observation]


def stayed_closed(train: Train, alive: tuple[Alive, Alive], *, plan: Plan) -> Judgement:
    """No packet of the train got past the device. `alive`: control flows before and after the event."""
    event = _event(train)
    behind = _behind(train, plan)
    if behind:
        return _got_through(train, event, behind)
    if problem := _unsound(train, event, alive):
        return problem
    start, end = _span(train, event)
    delivered = _delivered(train, event.device)
    inside = [at for at in delivered if start <= at <= end]
    if len(inside) < ENOUGH or delivered[0] > start or delivered[-1] < end:
        return error(
            f"{event.device}, {event.what}: {len(inside)} packets reached it meanwhile, or not from its beginning"
            " to its end: nothing is shown",
            f"{_at_ja(event)}：事象の全体にわたるパケットの到達がなく（{len(inside)} 個）、判定できません",
        )
    moments = [start, *inside, end]
    gap = _ms(max(after - before for before, after in pairwise(moments)))
    return passed(
        Warrant.WITNESSED,
        f"{event.device}, {event.what}: {len(inside)} of {len(delivered)} packets arrived while it happened ({_ms(end - start)} ms,"
        f" longest pause {gap} ms), none was seen behind it; {event.before} -> {event.after}",
        f"{_at_ja(event)}：{len(delivered)} 個中 {len(inside)} 個が事象の間（{_ms(end - start)} ミリ秒）に到達し、"
        f"背後では1個も観測されませんでした（最大間隔 {gap} ミリ秒）。{state_ja(event.before)} -> {state_ja(event.after)}",
    )


def was_cut(train: Train, alive: tuple[Alive, Alive], *, plan: Plan, within: float) -> Judgement:
    """The session carried data before the event, and nothing of it passed the device later than `within` seconds after.

    Somebody must have tried to go on: packets reached the device later than that; or the last that came since the event
    began was stopped, and the sender's kernel has given the session up, as it does when a reset tells it.
    """
    event = _event(train)
    start, end = _span(train, event)
    behind = _behind(train, plan)
    passing = sorted(at for place in behind[:1] for at in place.at_us)
    limit = end + round(within * 1e6)
    late = [at for at in passing if at > limit]
    if late:
        return failed(
            Warrant.WITNESSED,
            f"{event.device}, {event.what}: the session lives on: {len(late)} packets got through more than {within:g} s after its"
            f" rule was gone, seen at {behind[0].port}, the last {_ms(late[-1] - end)} ms after",
            f"{_at_ja(event)}：ルールがなくなって {within:g} 秒を過ぎても {len(late)} 個のパケットが通過し、通信が"
            f"続いています。観測箇所：{behind[0].port}、最後は {_ms(late[-1] - end)} ミリ秒後",
        )
    if problem := _unsound(train, event, alive):
        return problem
    before = sum(at < start for at in passing)
    tried = sum(at > limit for at in _delivered(train, event.device))
    if not before:
        return error(
            f"{event.device}, {event.what}: nothing of the session got through before: there was nothing to cut",
            f"{_at_ja(event)}：事象の前に通信が成立しておらず、切断を判定できません",
        )
    stopped = max(_delivered(train, event.device), default=0)
    told = train.refused if stopped >= start and stopped > passing[-1] else 0
    last = _ms(max(0, passing[-1] - end))
    if not tried and told:
        return passed(
            Warrant.WITNESSED,
            f"{event.device}, {event.what}: {before} packets got through before; then one was stopped and the sender gave"
            f" the session up: its kernel refused the next {told} (the last one that passed: {last} ms after)",
            f"{_at_ja(event)}：事象の前は {before} 個が通過し、その後の1個が止められて送信元は通信を終了しました"
            f"（以後の送信 {told} 回は送信元のカーネルが拒否。最後の通過は {last} ミリ秒後）",
        )
    if not tried:
        return error(
            f"{event.device}, {event.what}: nobody tried to go on afterwards: nothing is shown",
            f"{_at_ja(event)}：事象の後に送信がなく、切断を判定できません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{event.device}, {event.what}: {before} packets got through before; of {tried} that reached the device later than"
        f" {within:g} s after it none did (the last one {last} ms after)",
        f"{_at_ja(event)}：事象の前は {before} 個が通過し、{within:g} 秒経過後に到達した {tried} 個は1個も通過"
        f"しませんでした（最後の通過は {last} ミリ秒後）",
    )


def _event(train: Train) -> Event:
    if train.event is None:
        raise ValueError(f"{train.id}: a train without an event shows nothing about one")
    return train.event


def _span(train: Train, event: Event) -> tuple[int, int]:
    """The event in microseconds of the train's own count."""
    return (event.began_ns - train.began_ns) // 1000, (event.ended_ns - train.began_ns) // 1000


def _behind(train: Train, plan: Plan) -> list[Place]:
    """Places that only a packet that passed the device can be at, the busiest first."""
    assert train.event is not None
    near = near_side(plan, train.attempt, train.event.device)
    far = [
        place
        for place in train.places
        if place.at_us and not near.holds(Sighting(port=place.port, direction=place.direction, at_ns=0))
    ]
    return sorted(far, key=lambda place: -len(place.at_us))


def _delivered(train: Train, device: str) -> list[int]:
    """When packets were handed to the device."""
    return sorted(
        at for place in train.places if place.direction == "to" and host_of(place.port) == device for at in place.at_us
    )


def _got_through(train: Train, event: Event, behind: list[Place]) -> Judgement:
    start, _ = _span(train, event)
    times, port = behind[0].at_us, behind[0].port
    service = f"{train.attempt.family} {train.carrier} {train.attempt.source} -> {train.attempt.destination}"
    lasting, first = _ms(times[-1] - times[0]), _ms(times[0] - start)
    return failed(
        Warrant.WITNESSED,
        f"{event.device}, {event.what}: {len(times)} packets of {service} got through within {lasting} ms, the first {first} ms"
        f" after it began, seen at {port}",
        f"{_at_ja(event)}：{service} の {len(times)} 個のパケットが {lasting} ミリ秒にわたり通過しました。"
        f"最初は開始の {first} ミリ秒後、観測箇所：{port}",
    )


def _unsound(train: Train, event: Event, alive: tuple[Alive, Alive]) -> Judgement | None:
    """Why this train can't speak for the device."""
    if train.trouble:
        return error(
            f"{event.device}, {event.what}: {train.trouble[0]}",
            f"{_at_ja(event)}：観測に異常がありました",
        )
    if not event.happened:
        return error(
            f"{event.device}: {event.what} did not happen as it should: {event.before} -> {event.after}",
            f"{event.device}：{event_ja(event.what)} が成立していません（{state_ja(event.before)} -> {state_ja(event.after)}）",
        )
    for when, ja, seen in (("before", "前", alive[0]), ("after", "後", alive[1])):
        if not any(got_through(one) for one in seen if one.attempt.family is train.attempt.family):
            return error(
                f"{event.device}, {event.what}: no allowed {train.attempt.family} flow got through {when} it: the lab may be dead",
                f"{_at_ja(event)}：事象の{ja}に {train.attempt.family} の許可通信が通らず、"
                "環境側の異常の可能性があります",
            )
    return None


def got_through(seen: Observation) -> bool:
    """Whether it was handed to its destination."""
    there = seen.attempt.destination
    return not seen.trouble and any(s.direction == "to" and host_of(s.port) == there for s in seen.sightings)


def _at_ja(event: Event) -> str:
    return f"{event.device}（{event_ja(event.what)}）"


def _ms(microseconds: int) -> str:
    return f"{microseconds / _US_PER_MS:.0f}"
