"""Hours of the week (VPN-14): who is let in inside of them alone, until when, and whether a session ends with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from lab.record import Warrant
from lab.verdict.access import LET_IN, shut_out
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import last_ja

REASON = "is not let in at this hour"  # the server's words
ENDING, ASKED_FOR = "deleting IKE_SA", "received DELETE"  # the gateway's words, of its own will and of its client's
GRACE = 14.0  # seconds: the tunnel of a client that doesn't answer when it is told of the end is kept for eight


@dataclass(frozen=True, slots=True)
class AtHour:
    """One attempt at some hour."""

    who: str
    who_ja: str
    inside: bool  # of the hours of its class, or its class has none
    left: float | None  # seconds until those hours end; None: they don't
    ended: str  # "let in" | "refused" | "silence"
    timeout: int | None  # Session-Timeout of the answer, in seconds (RFC 2865, 5.27)
    said: Sequence[str]  # the server's log about it


@dataclass(frozen=True, slots=True)
class Session:
    """A tunnel that the gateway was given a Session-Timeout for, and whose client stays and sends as long as it can."""

    who: str
    timeout: int  # seconds
    through: float | None  # seconds from its login to the last packet that got through; None: none did
    lost: int  # packets after that one
    said: Sequence[str]  # the gateway's log about it


def keeps_hours(seen: AtHour, *, good: bool) -> Judgement:
    """Refused outside of the hours, for that reason; let in inside of them, for no longer than they last.

    `good`: the same terminal was let in in the same run.
    """
    if not seen.inside:
        return shut_out(seen.who, seen.who_ja, ended=seen.ended, said=seen.said, reason=REASON, good=good)
    if seen.ended != LET_IN:
        return _not_let_in(seen)
    if seen.left is None:
        return passed(Warrant.WITNESSED, f"{seen.who} was let in", f"{seen.who_ja}は許可されました")
    if seen.timeout is None:
        return failed(
            Warrant.WITNESSED,
            f"{seen.who} was let in, and the gateway is told of no end (Session-Timeout): the session outlasts the hours, which"
            f" end in {seen.left:.0f} s",
            f"{seen.who_ja}は許可されましたが、セッションの期限（Session-Timeout）が通知されません。時間帯の終わり（{seen.left:.0f}秒後）を"
            "過ぎても接続が続きます",
        )
    if seen.timeout > ceil(seen.left):  # it is told in whole seconds
        return failed(
            Warrant.WITNESSED,
            f"{seen.who} was let in for {seen.timeout} s, and its hours end in {seen.left:.0f} s",
            f"{seen.who_ja}は{seen.timeout}秒間許可されましたが、時間帯の残りは{seen.left:.0f}秒です",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.who} was let in for {seen.timeout} s of the {seen.left:.0f} s that are left of its hours",
        f"{seen.who_ja}は、時間帯の残り{seen.left:.0f}秒のうち{seen.timeout}秒間に限り許可されました",
    )


def _not_let_in(seen: AtHour) -> Judgement:
    words = next((line for line in seen.said if REASON in line), "")
    if not words:
        return error(
            f"{seen.who} was not let in, for a reason that is not the hour: {_last(seen.said)!r}",
            f"{seen.who_ja}が時間帯以外の理由で許可されず、判定できません：{last_ja(seen.said)}",
        )
    return failed(
        Warrant.WITNESSED,
        f"{seen.who} was refused as if it were outside of its hours: {words!r}",
        f"{seen.who_ja}が時間外として拒否されました：{words!r}",
    )


def ends_in_time(seen: Session) -> Judgement:
    """The gateway itself ends the tunnel when its time is over (RFC 2865, 5.27), whatever the client does."""
    if any(ASKED_FOR in line for line in seen.said):
        return error(
            f"{seen.who}: the client itself ended its tunnel: that the gateway ends it isn't shown",
            f"{seen.who}：クライアント自身がトンネルを終了したため、VPN装置による切断を判定できません",
        )
    if seen.through is None:
        return error(
            f"{seen.who}: nothing that the client sealed got through its tunnel, so its end isn't shown",
            f"{seen.who}：クライアントのパケットがトンネルを一度も通らず、切断を判定できません",
        )
    if not seen.lost or seen.through > seen.timeout + GRACE:
        return failed(
            Warrant.WITNESSED,
            f"{seen.who}: the RADIUS server allowed {seen.timeout} s, and packets still got through the tunnel after"
            f" {seen.through:.0f} s",
            f"{seen.who}：RADIUSサーバが許可した{seen.timeout}秒を過ぎ、{seen.through:.0f}秒後にもパケットがトンネルを通りました",
        )
    ended = next((line for line in seen.said if ENDING in line), "")
    if not ended:
        return error(
            f"{seen.who}: after {seen.through:.0f} of {seen.timeout} s nothing got through the tunnel any more, and the gateway"
            f" doesn't say that it ended it: {_last(seen.said)!r}",
            f"{seen.who}：{seen.timeout}秒のうち{seen.through:.0f}秒以降パケットが通りませんが、VPN装置の切断の記録がありません："
            f"{last_ja(seen.said)}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.who}: the RADIUS server allowed {seen.timeout} s; the gateway ended the tunnel ({ended!r}), the last packet that"
        f" got through it was sealed after {seen.through:.0f} s, and {seen.lost} later ones got nowhere",
        f"{seen.who}：RADIUSサーバが許可した{seen.timeout}秒で、VPN装置がトンネルを切断しました（{ended!r}）。最後に通ったのは"
        f"{seen.through:.0f}秒後のパケットで、その後の{seen.lost}個は通りませんでした",
    )


def _last(lines: Sequence[str]) -> str:
    return lines[-1] if lines else "nothing"
