"""What a stranger sends to a terminal: handed to it, dropped by its own rule, which counts, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from lab.record import Train, Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.words import host_of, service

ENOUGH = 5  # packets of each kind, at the least


def answers_nobody(train: Train, together: Sequence[Train], dropped: int, terminal: str) -> Judgement:
    """Of one kind of packets. `together`: all that were sent at once; `dropped`: by how much the terminal's counter rose.

    The counter is one for all kinds, so that it must have risen by all that were handed to the terminal.
    """
    attempt = train.attempt
    what = f"{attempt.family} {service(attempt)} of a stranger to {attempt.address}"
    what_ja = f"別機器から {attempt.address} 宛の {attempt.family} {service(attempt)}"
    if train.trouble:
        return error(f"{what}: {train.trouble[0]}", f"{what_ja}：観測に異常がありました")
    delivered = _delivered(train, terminal)
    if delivered < ENOUGH:
        return error(
            f"{what}: {delivered} packets reached {terminal}: nothing is shown",
            f"{what_ja}：{terminal} への到達が {delivered} 個のみで、判定できません",
        )
    every = sum(_delivered(one, terminal) for one in together)
    if dropped < every:
        return failed(
            Warrant.WITNESSED,
            f"{what}: of {every} packets of all kinds that reached {terminal} its rules dropped {dropped}: the rest was let in",
            f"{what_ja}：{terminal} に到達した全 {every} 個のうち、ルールが破棄したのは {dropped} 個のみで、残りを受け入れました",
        )
    return passed(
        Warrant.WITNESSED,
        f"{what}: {delivered} packets reached {terminal}; its own rules dropped all {every} of all kinds ({dropped} counted)",
        f"{what_ja}：{delivered} 個が {terminal} に到達し、端末自身のルールが全種類 {every} 個を破棄しました（計数 {dropped}）",
    )


def drops_what_it_counts(terminal: str, endings: Sequence[str]) -> Judgement:
    """A rule that lets in what it has counted counts as much. `endings`: what follows the counter in each rule that has it."""
    if not endings:
        return error(
            f"{terminal} has no rule that counts what nobody asked for", f"{terminal} に計数するルールがありません"
        )
    other = sorted({ending for ending in endings if ending != "drop"})
    if other:
        said = ", ".join(ending or "nothing" for ending in other)
        said_ja = "、".join(ending or "なし" for ending in other)
        return failed(
            Warrant.INSPECTED,
            f"{terminal} counts what nobody asked for, and what follows is {said}, not drop",
            f"{terminal} の計数ルールの後が drop でなく「{said_ja}」です",
        )
    return passed(
        Warrant.INSPECTED,
        f"{terminal}: what its rules count as unasked for they drop",
        f"{terminal}：計数した受信はルールにより破棄されます",
    )


def _delivered(train: Train, terminal: str) -> int:
    places = [place for place in train.places if place.direction == "to" and host_of(place.port) == terminal]
    return max((len(place.at_us) for place in places), default=0)
