"""Layer 2: what a host says on its segment stays there, and nobody there answers for hosts of another one (case Z10)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.words import segment_at

Places = frozenset[str]  # "HOST.SEGMENT/from" (sent by it) and "/to" (handed to it), by the fabric's ports


@dataclass(frozen=True, slots=True)
class Said:
    """One frame: what it is for, in English and Japanese, where it was seen, and which ports it is handed to."""

    what: str
    what_ja: str
    places: Places
    to: tuple[str, ...] = ()  # "fw-mn.mn"


def contained(said: Sequence[Said], *, sender: str, others: Collection[str]) -> Judgement:
    """Say whether frames stayed on their segment.

    `sender`: the port that they left by ("mn-term.mn"); one that didn't, or didn't come to all ports that it is for, shows
    nothing. `others`: the segments that they must not be seen in.
    """
    if not said:
        return error("no frame of this kind was sent", "この種のフレームは送信されていません")
    for each in said:
        if leaked := sorted({place for place in each.places if segment_at(place) in others}):
            return failed(
                Warrant.WITNESSED,
                f"{each.what} from {sender} left its segment: seen at {', '.join(leaked)}",
                f"{sender} からの{each.what_ja}がセグメントを越えました。観測箇所：{'、'.join(leaked)}",
            )
    for each in said:
        expected = (f"{sender}/from", *(f"{port}/to" for port in each.to))
        if unseen := [place for place in expected if place not in each.places]:
            return error(
                f"{each.what} from {sender} was not seen at {', '.join(unseen)}: that it was seen nowhere else shows nothing",
                f"{sender} からの{each.what_ja}が {'、'.join(unseen)} で観測されず、他での不在は証拠になりません",
            )
    text, ja = (
        (f"{len(said)} frames", f"{len(said)} 個のフレーム") if len(said) > 1 else (said[0].what, said[0].what_ja)
    )
    ends = ", ".join(sorted({port for each in said for port in each.to}))
    return passed(
        Warrant.WITNESSED,
        f"{text} from {sender} came to {ends} and to no port of another segment",
        f"{sender} からの{ja}は {ends} に届き、他セグメントのポートでは観測されませんでした",
    )


def unanswered(asked: Sequence[Said], own: Sequence[Said], *, sender: str) -> Judgement:
    """Say whether nobody answered for hosts of other segments. `places` are where the *answer* was seen.

    `own`: the same question for every router's own address on that segment, which it must have answered.
    """
    if not asked or not own:
        return error("nothing was asked for", "問合せは送信されていません")
    for each in asked:
        if each.places:
            who = sorted(place for place in each.places if place.endswith("/from")) or sorted(each.places)
            return failed(
                Warrant.WITNESSED,
                f"{sender} asked for {each.what}, which is elsewhere, and was answered: seen at {', '.join(who)}",
                f"{sender} が他セグメントの{each.what_ja}を問い合わせたところ応答がありました。観測箇所：{'、'.join(who)}",
            )
    for each in own:
        if not each.places:
            return error(
                f"{sender} asked for {each.what} and was not answered: that others were not shows nothing",
                f"{sender} の{each.what_ja}への問合せに応答がなく、他への無応答は証拠になりません",
            )
    known, known_ja = ", ".join(each.what for each in own), "、".join(each.what_ja for each in own)
    return passed(
        Warrant.WITNESSED,
        f"nobody answered {sender} for {len(asked)} addresses of other segments; {known} was answered",
        f"他セグメントの {len(asked)} アドレスへの {sender} の問合せに応答はなく、{known_ja}には応答がありました",
    )
