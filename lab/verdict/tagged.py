"""Frames that a station sends with VLAN tags: none may come out in another segment (WLAN-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Tagged:
    """What became of one frame for each VLAN ID. Ports of the fabric: "HOST.SEGMENT/from" and "/to"."""

    station: str
    how: str  # "one tag", "a tag of VLAN 1 and one more", for people
    how_ja: str
    sent: int
    crossed: int  # of them seen where all that stations of this network send comes in
    plain: bool  # a frame without a tag was seen there
    beyond: Mapping[str, Sequence[int]]  # port of another segment -> VLAN IDs of the frames that were seen there


def leads_nowhere(seen: Tagged) -> Judgement:
    """Say whether every tagged frame stayed in the station's own segment; all must have crossed the air."""
    if seen.beyond:
        where = sorted(seen.beyond.items())[:_SHOWN]
        said = "; ".join(f"VLAN {', '.join(map(str, ids[:_SHOWN]))} at {port}" for port, ids in where)
        said_ja = "、".join(f"{port} に VLAN {'・'.join(map(str, ids[:_SHOWN]))}" for port, ids in where)
        return failed(
            Warrant.WITNESSED,
            f"frames that {seen.station} sent with {seen.how} came out in another segment: {said}",
            f"{seen.station} が{seen.how_ja}を付けて送ったフレームが別のセグメントに現れました：{said_ja}",
        )
    if not seen.sent or not seen.plain or seen.crossed < seen.sent:
        return error(
            f"{seen.crossed} of {seen.sent} frames with {seen.how} crossed the air, "
            f"{'one' if seen.plain else 'none'} without a tag: that they are elsewhere nowhere shows nothing",
            f"{seen.how_ja}のフレーム {seen.sent} 件中、電波を越えたのは {seen.crossed} 件、タグなしは"
            f"{'到達' if seen.plain else '不達'}で、証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.sent} frames of {seen.station} with {seen.how}, each of another VLAN ID, crossed the air and were in no "
        "other segment; so did one without a tag",
        f"{seen.station} がVLAN IDごとに{seen.how_ja}を付けて送った {seen.sent} フレームは、いずれも電波を越え、"
        "他のセグメントには現れませんでした（タグなしの対照も到達）",
    )
