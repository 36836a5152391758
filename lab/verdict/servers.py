"""Two authentication servers: one answers for the other, and without both nobody gets in (RAD-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


def taken_over(station: str, silent: str, other: str, *, connected: bool, said: Sequence[str]) -> Judgement:
    """Say whether `other` let the station in while `silent` was down. `said`: its log lines about this station since then."""
    words = next((line for line in said if "let in" in line), None)
    if not connected:
        return failed(
            Warrant.WITNESSED,
            f"nobody let {station} in while {silent} was down: {other} does not answer for it",
            f"{silent} の停止中、{station} は接続できませんでした（{other} が代わりに応答していません）",
        )
    if words is None:
        return error(
            f"{station} is connected, but {other} has no word of it in the central log: who let it in is not known",
            f"{station} は接続しましたが、{other} の記録が集中ログになく、許可したサーバが分かりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{other} let {station} in while {silent} was down, by its own log: {words!r}",
        f"{silent} の停止中、{other} が {station} を許可しました（ログ：{words!r}）",
    )


@dataclass(frozen=True, slots=True)
class Outage:
    """A station that asked for its way back in while no server answered."""

    station: str
    asked: tuple[str, ...]  # servers that the access point asked in vain, by its own log
    tried: bool  # the station began to authenticate, by its own log
    connected: bool  # the port was opened all the same
    arrived: bool  # what the station sent meanwhile was seen behind the access point
    back: bool = False  # with the servers back the same station was let in
    arrived_back: bool = False  # and what it sent then was seen there


def closed(seen: Outage, servers: Sequence[str]) -> Judgement:
    """Say whether the network stayed closed. A station that was not tried, or never gets in, shows nothing."""
    if seen.connected or seen.arrived:
        how = "was let in" if seen.connected else "reached its segment"
        how_ja = "接続を許可されました" if seen.connected else "セグメントに到達しました"
        return failed(
            Warrant.WITNESSED,
            f"{seen.station} {how} while no authentication server answered",
            f"認証サーバがすべて停止中に、{seen.station} が{how_ja}",
        )
    if not seen.tried:
        return error(
            f"{seen.station} did not ask for its way in while no server answered: nothing is shown",
            f"認証サーバの停止中に {seen.station} が認証を始めておらず、何も示せません",
        )
    if missing := [name for name in servers if name not in seen.asked]:
        return error(
            f"the access point does not say that it asked {', '.join(missing)} in vain: the outage was not tried",
            f"アクセスポイントに {'、'.join(missing)} への照会失敗の記録がなく、停止の試験になっていません",
        )
    if not (seen.back and seen.arrived_back):
        return error(
            f"{seen.station} did not get in with the servers back either: its silence shows nothing",
            f"認証サーバの復旧後も {seen.station} は接続できず、遮断は証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"without an authentication server {seen.station} was not let in and nothing that it sent was seen behind the access "
        "point; with the servers back it was and it is",
        f"認証サーバの停止中、{seen.station} は接続できず、セグメントにも到達しませんでした。復旧後はいずれも可能でした",
    )
