"""What leaves a terminal beside its tunnel: a train of its packets, judged by where they were seen (V1, V3, V5, V7).

A packet ends in one of three ways: in the tunnel, in clear (a leak), or refused by the terminal itself. While the tunnel is
up the last is a finding too: the terminal's routes lead past the tunnel, and only its rules stop what they lead out.

Nothing in clear is a pass only if packets were tried all the while, each of them accounted for, and the same packets of a
stranger on the same link were seen there meanwhile. A state that is claimed is proven by the event's own words.
"""

from __future__ import annotations

from collections.abc import Collection

from lab.record import Event, Place, Train, Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import state_ja
from lab.verdict.said_ja import event_ja
from lab.verdict.words import host_of, segment_of, service

ENOUGH = 20  # packets, at the least, of the terminal and of the stranger
MOSTLY = 0.9  # of the packets must be seen in the tunnel where it is up: its end is sometimes a moment late to be listened to
PER_SECOND = 30  # packets a second that a train must keep up on a busy machine; it aims at 200
RULES = ("EPERM", "ENOBUFS")  # how a kernel says that a rule dropped what a socket sent: in its stack, on the link
SLACK_NS = 250_000_000  # that the last packet may have left before the event's end: by then a leak has long begun
NEAR_US = 2_000_000  # of both ends of an event the stranger must have been heard so near
_US = 1000
SA = "SA "  # how the state of a tunnel that is up begins
_WAYS = {"loose": ("by its routes", "経路に従い"), "packet": ("by a packet socket", "パケットソケットで")}
_KINDS = {"fragments": ("in fragments", "分割して"), "echo": ("inside of ICMP echo", "ICMPエコーに載せて")}


def stayed_inside(
    train: Train, stranger: Train, *, clear: Collection[str], tunnels: Collection[str], tunnelled: bool
) -> Judgement:
    """Nothing of the train was in clear. `clear`: segments that only a packet outside the tunnel can be on.

    `stranger`: the same packets by an intruder on the terminal's own link. `tunnels`: interfaces of tunnels. `tunnelled`:
    all of it has to go into the tunnel.
    """
    what, what_ja = _what(train)
    leaked = [place for place in train.places if place.at_us and segment_of(place.port) in clear]
    if leaked:
        return _leak(train, leaked, what, what_ja)
    if problem := _unsound(train, stranger, what, what_ja):
        return problem
    inside = max((len(place.at_us) for place in train.places if _enters(place, train, tunnels)), default=0)
    if tunnelled and inside < MOSTLY * train.tried:
        return failed(
            Warrant.WITNESSED,
            f"{what}: of {train.tried} packets {inside} went into the tunnel; the terminal's routes lead past it, and its rules"
            f" refused {train.refused}",
            f"{what_ja}：{train.tried} 個のうちトンネル内へ入ったのは {inside} 個のみです。経路がトンネルの外を向いており、"
            f"{train.refused} 個はルールが拒否しました",
        )
    ruled = sum(train.refusals.get(reason, 0) for reason in RULES)
    if inside + ruled < MOSTLY * train.tried:
        return error(
            f"{what}: of {train.tried} packets {inside} went into the tunnel and {ruled} were refused by a rule; of the others"
            f" nothing is known ({_reasons(train) or 'sent, and not seen'}): what a rule would have stopped isn't shown",
            f"{what_ja}：{train.tried} 個のうちトンネル内へ {inside} 個、ルールによる拒否が {ruled} 個で、"
            "残りの行方が不明なため判定できません",
        )
    meanwhile = len(_meanwhile(stranger))
    reasons = f" ({_reasons(train)})" if train.refusals else ""
    reasons_ja = f"（{_reasons(train)}）" if train.refusals else ""
    state, then_ja = "", ""
    if train.event:
        state = f"; {train.event.before} -> {train.event.after}"
        then_ja = f"（{state_ja(train.event.before)} → {state_ja(train.event.after)}）"
    return passed(
        Warrant.WITNESSED,
        f"{what}: of {train.tried} packets {inside} went into the tunnel and {train.refused} were refused by the terminal"
        f" itself{reasons}, none was seen outside; of a stranger on the same link {meanwhile} were{state}",
        f"{what_ja}：{train.tried} 個のうち {inside} 個はトンネル内へ、{train.refused} 個は端末自身が送信を拒否し{reasons_ja}、"
        f"外部では1個も観測されませんでした。同じ回線の別機器のパケットは {meanwhile} 個観測しました{then_ja}",
    )


def _what(train: Train) -> tuple[str, str]:
    attempt = train.attempt
    by, by_ja = _WAYS.get(train.carrier, ("", ""))
    if train.device and train.carrier != "packet":
        by, by_ja = f"by {train.device} itself", f"{train.device} を指定して"
    kind, kind_ja = _KINDS.get(train.carrier, ("", ""))
    by, by_ja = f"{kind} {by}".strip(), f"{kind_ja} {by_ja}".strip()
    if train.mark:
        by, by_ja = f"{by} with mark {train.mark:#x}", f"{by_ja}（マーク {train.mark:#x}）"
    flow = f"{attempt.family} {service(attempt)} {attempt.source} -> {attempt.destination} ({attempt.address})"
    while_ = f" while {train.event.what}" if train.event else ""
    while_ja = f"（{event_ja(train.event.what)}）" if train.event else ""
    return (
        f"{' '.join(part for part in (flow, by) if part)}{while_}",
        f"{' '.join(part for part in (flow, by_ja) if part)}{while_ja}",
    )


def _leak(train: Train, leaked: list[Place], what: str, what_ja: str) -> Judgement:
    leaked.sort(key=lambda place: (place.at_us[0], place.direction != "from"))
    first, count = leaked[0], max(len(place.at_us) for place in leaked)
    since = train.event.began_ns if train.event else train.began_ns
    after = (train.began_ns - since) // 1_000_000 + first.at_us[0] // _US
    where = ", ".join(dict.fromkeys(f"{place.port}/{place.direction}" for place in leaked))
    return failed(
        Warrant.WITNESSED,
        f"{what}: {count} of {train.tried} packets left in clear, the first after {after} ms, seen at {where}",
        f"{what_ja}：{train.tried} 個中 {count} 個が平文で外部に出ました。最初は {after} ミリ秒後、観測箇所：{where}",
    )


def _unsound(train: Train, stranger: Train, what: str, what_ja: str) -> Judgement | None:
    """Why seeing nothing would show nothing."""
    if trouble := (*train.trouble, *stranger.trouble):
        return error(f"{what}: {trouble[0]}", f"{what_ja}：観測に異常がありました")
    event = train.event
    if event is not None and not event.happened:
        return error(
            f"{what}: it did not happen as it should: {event.before} -> {event.after}",
            f"{what_ja}：事象が成立していません（{state_ja(event.before)} -> {state_ja(event.after)}）",
        )
    seconds = (train.ended_ns - train.began_ns) / 1e9
    if train.tried < max(ENOUGH, PER_SECOND * seconds) or (
        event is not None and event.ended_ns > train.sent_ns + SLACK_NS
    ):
        return error(
            f"{what}: {train.tried} packets in {seconds:.1f} s, or not to the end of it: too few to show anything",
            f"{what_ja}：{seconds:.1f} 秒間に {train.tried} 個、または事象の終わりまで続かず、判定できません",
        )
    if event is not None and not _heard_at_both_ends(stranger, event):
        return error(
            f"{what}: a stranger on the same link was not heard within {NEAR_US // 1_000_000} s of its beginning and of its end:"
            " silence proves nothing",
            f"{what_ja}：事象の開始時と終了時に同じ回線の別機器のパケットを観測できず、沈黙は証拠になりません",
        )
    seen = _meanwhile(stranger)
    if len(seen) < ENOUGH:
        return error(
            f"{what}: of the same packets by a stranger on the same link {len(seen)} were seen: silence proves nothing",
            f"{what_ja}：同じ回線の別機器のパケットの観測が {len(seen)} 個のみで、沈黙は証拠になりません",
        )
    return None


def _reasons(train: Train) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(train.refusals.items()))


def _meanwhile(stranger: Train) -> list[int]:
    """When the stranger's packets were handed to the next host on the link that both share."""
    shared = stranger.attempt.intruder_segment
    places = [place for place in stranger.places if place.direction == "to" and segment_of(place.port) == shared]
    return sorted({at for place in places for at in place.at_us})


def _heard_at_both_ends(stranger: Train, event: Event) -> bool:
    """Somewhere on the link: the next host may be what the event takes away."""
    shared = stranger.attempt.intruder_segment
    heard = [at for place in stranger.places if segment_of(place.port) == shared for at in place.at_us]
    ends = ((moment - stranger.began_ns) // _US for moment in (event.began_ns, event.ended_ns))
    return all(any(abs(at - end) <= NEAR_US for at in heard) for end in ends)


def _enters(place: Place, train: Train, tunnels: Collection[str]) -> bool:
    """The sender's own end of a tunnel."""
    return segment_of(place.port) in tunnels and host_of(place.port) == train.attempt.source


def came_back(event: Event) -> Judgement:
    """The tunnel is there again after an event that ended it, by itself. `before`, `after`: the daemon's word for its SA."""
    if not event.before.startswith(SA):
        return error(
            f"{event.device}: there was no tunnel before {event.what}: {event.before}",
            f"{event.device}：事象（{event_ja(event.what)}）の前にトンネルがありません（{state_ja(event.before)}）",
        )
    seconds = (event.ended_ns - event.began_ns) / 1e9
    if not event.after.startswith(SA) or event.after == event.before:
        return failed(
            Warrant.WITNESSED,
            f"{event.device}: after {event.what} the tunnel was not back by itself ({seconds:.1f} s): {event.after}",
            f"{event.device}：事象（{event_ja(event.what)}）の {seconds:.1f} 秒後もトンネルが自動復旧していません"
            f"（{state_ja(event.after)}）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{event.device}: after {event.what} the tunnel was back by itself, {seconds:.1f} s from its beginning: {event.before} ->"
        f" {event.after}",
        f"{event.device}：事象（{event_ja(event.what)}）の開始から {seconds:.1f} 秒でトンネルが自動復旧しました。"
        f"{state_ja(event.before)} -> {state_ja(event.after)}",
    )
