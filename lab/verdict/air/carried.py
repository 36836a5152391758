"""What became of a station's data: unreadable on the air, and in its own segment alone behind the access point (WLAN-03, 07)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.words import segment_at


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a canary that a station sent by its network."""

    station: str
    sent: int
    readable: int  # times that it stands in a frame of that network
    protected: int  # encrypted data frames that the station sent meanwhile
    in_clear: int  # times that the same canary was found in frames of the open network beside it
    ports: frozenset[str]  # fabric ports where it was seen, "HOST.SEGMENT/from" and "/to"
    port: str  # the one where it must come in: the container's in the network's segment


def data_hidden(carried: Carried) -> Judgement:
    """WLAN-03: nobody on the air reads it, and it is what arrived behind the access point."""
    if carried.readable:
        return failed(
            Warrant.WITNESSED,
            f"what {carried.station} sends can be read on the air: the canary was found {carried.readable} times",
            f"{carried.station} の通信が電波上で読み取れます（目印を {carried.readable} 回観測）",
        )
    if not carried.in_clear:
        return error(
            "the same canary was not found on the open network beside it: the listener proves nothing",
            "隣の暗号なしネットワークでも同じ目印を観測できず、記録は証拠になりません",
        )
    if carried.port not in carried.ports:
        return error(
            f"the canary of {carried.station} did not arrive behind the access point",
            f"{carried.station} の目印がアクセスポイントの先で観測できません",
        )
    if carried.protected < carried.sent:
        return error(
            f"only {carried.protected} encrypted frames of {carried.station} were heard for {carried.sent} canaries",
            f"目印 {carried.sent} 件に対し、{carried.station} の暗号化フレームが {carried.protected} 件のみです",
        )
    return passed(
        Warrant.WITNESSED,
        f"{carried.sent} canaries of {carried.station} were on the air in {carried.protected} encrypted frames, readable in "
        f"none, and arrived behind the access point; on an open network the same one was read {carried.in_clear} times",
        f"{carried.station} の目印 {carried.sent} 件は暗号化フレーム {carried.protected} 件で送られ、電波上では読み取れず、"
        f"アクセスポイントの先に到達しました。暗号なしネットワークでは同じ目印を {carried.in_clear} 回読み取りました",
    )


def stays_in_its_segment(carried: Carried, segments: Collection[str]) -> Judgement:
    """WLAN-07: behind the access point it is in the network's own segment and in no other."""
    strange = sorted(port for port in carried.ports if segment_at(port) not in segments)
    if strange:
        return failed(
            Warrant.WITNESSED,
            f"what {carried.station} sent inside its zone was seen at {', '.join(strange)}",
            f"{carried.station} が領域内に送った通信を {'、'.join(strange)} で観測しました",
        )
    if carried.port not in carried.ports:
        return error(
            f"the canary of {carried.station} did not arrive behind the access point",
            f"{carried.station} の目印がアクセスポイントの先で観測できません",
        )
    return passed(
        Warrant.WITNESSED,
        f"what {carried.station} sent was seen in {', '.join(sorted(segments))} and in no other segment",
        f"{carried.station} の通信は {'、'.join(sorted(segments))} のみで観測しました",
    )
