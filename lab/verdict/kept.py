"""How long access outlives its grounds: kept keys, the time until a terminal has to prove itself anew, revocation (RAD-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

LONGEST = 3600  # seconds between two full authentications; the lab's choice (LAB), no edition names a number
PROVED = "CTRL-EVENT-EAP-SUCCESS"


def asked_anew(station: str, *, kept: bool, log: str, said: Sequence[str]) -> Judgement:
    """Say whether a terminal that came back had to prove itself. `log`: its supplicant's, `said`: the server's lines since then.

    `kept`: it still had the key of its earlier connection to offer; without, nothing was tried.
    """
    if PROVED not in log:
        return failed(
            Warrant.WITNESSED,
            f"{station} came back by a key that was kept: no server was asked",
            f"{station} は保持された鍵で再接続し、認証サーバへの照会がありません",
        )
    if not kept:
        return error(
            f"{station} had no key of before to offer: that it was asked shows nothing",
            f"{station} に以前の鍵がなく、認証が行われたことは証拠になりません",
        )
    words = next((line for line in said if "let in" in line), None)
    if words is None:
        return error(
            f"no server has a word in the central log about {station} coming back",
            f"{station} の再接続について、集中ログに認証サーバの記録がありません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{station} came back with a kept key to offer and had to prove itself all the same: {words!r}",
        f"{station} は以前の鍵を持って再接続しましたが、改めて認証を受けました：{words!r}",
    )


def ends_in_time(station: str, *, enabled: bool, seconds: int | None) -> Judgement:
    """Say whether an open session has to be authenticated again soon enough; as the access point has it for that station."""
    if seconds is None:
        return error(
            f"the access point doesn't say when {station} has to prove itself anew",
            f"{station} の再認証間隔をアクセスポイントから読み取れません",
        )
    if not enabled or seconds > LONGEST or seconds <= 0:
        state = f"after {seconds} s" if enabled and seconds > 0 else "never"
        state_ja = f"{seconds} 秒後" if enabled and seconds > 0 else "なし"
        return failed(
            Warrant.INSPECTED,
            f"{station} has to prove itself anew {state}; at the latest it should be after {LONGEST} s",
            f"{station} の再認証は{state_ja}です（上限 {LONGEST} 秒）",
        )
    return passed(
        Warrant.INSPECTED,
        f"{station} has to prove itself anew after {seconds} s ({LONGEST} s at the most)",
        f"{station} の再認証は {seconds} 秒後です（上限 {LONGEST} 秒）",
    )


def granted_in_time(station: str, server: str, *, let_in: bool, seconds: int | None) -> Judgement:
    """Say whether a server lets a terminal in for a time that is short enough; `seconds`: as it tells the access point."""
    if not let_in:
        return error(
            f"{station} was not let in by {server}, so it grants no time",
            f"{station} は {server} で許可されませんでした",
        )
    if seconds is None:
        return error(
            f"{server} lets {station} in and says no time: the access point's own counts, which isn't looked at here",
            f"{server} は {station} の許可に時間を示さず、アクセスポイント自身の設定が適用されます（ここでは未確認）",
        )
    if not 0 < seconds <= LONGEST:
        return failed(
            Warrant.WITNESSED,
            f"{server} lets {station} in for {seconds} s; at the most it should be {LONGEST} s",
            f"{server} は {station} を {seconds} 秒間許可します（上限 {LONGEST} 秒）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{server} lets {station} in for {seconds} s ({LONGEST} s at the most)",
        f"{server} は {station} を {seconds} 秒間許可します（上限 {LONGEST} 秒）",
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """A terminal with an open session whose certificate was revoked; its session then ran out."""

    station: str
    before: bool  # what it sent before arrived behind the access point
    ended: bool  # it was disconnected when its time was over
    after: bool  # what it sent afterwards still arrived
    back: bool  # it got in again
    said: tuple[str, ...]  # the servers' log lines about it since the revocation
    restored: bool  # with the revocation taken back it was let in


def cut_off(seen: Cut) -> Judgement:
    """Say whether access ended with the certificate, at the next proof at the latest."""
    if seen.after or seen.back:
        what = "was let in again" if seen.back else "still sends into its segment"
        what_ja = "再び接続できました" if seen.back else "なおセグメントに送信できます"
        return failed(
            Warrant.WITNESSED,
            f"{seen.station} {what} after its certificate was revoked and its session's time was over",
            f"証明書の失効とセッション時間の満了後も、{seen.station} は{what_ja}",
        )
    if not (seen.before and seen.restored):
        return error(
            f"{seen.station} could not send or get in with a good certificate either: nothing is shown",
            f"{seen.station} は正常な証明書でも接続・送信できず、証拠になりません",
        )
    words = next((line for line in seen.said if "certificate revoked" in line), None)
    if not seen.ended or words is None:
        return error(
            f"{seen.station} is out, but no server says that the revocation is why: {seen.said[-1:]}",
            f"{seen.station} は切断されましたが、失効が理由であるとの記録がありません：{seen.said[-1:]}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.station} was cut off when its session's time was over, by the server's own log: {words!r}; nothing that it sent "
        "arrived any more, and it did not get back in until the revocation was taken back",
        f"{seen.station} はセッション時間の満了時に切断され（サーバのログ：{words!r}）、以後の送信は到達せず、"
        "失効を取り消すまで再接続もできませんでした",
    )
