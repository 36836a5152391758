"""Whether somebody got into the VPN who must not: no CHILD_SA at either end, and the refusal in the server's own words.

An IKE_SA may stay up without one, so it counts for nothing. The good client must have got in by the same tool in the same run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt to get in and what both sides told."""

    who: str  # "with a revoked certificate"
    who_ja: str
    reason: str  # words of the refusal that a server must say
    installed: bool  # the client has a CHILD_SA
    heard: bool  # the gateway told of somebody at the client's address at all
    child: str  # the gateway's own line of a CHILD_SA with the client; "" if there is none
    said: Sequence[str]  # lines of gateway and RADIUS server since the attempt began


def not_let_in(tried: Tried, *, good: bool) -> Judgement:
    """Refused by a server's own word, and without a CHILD_SA. `good`: the right client got in by the same tool."""
    if tried.installed or tried.child:
        where = repr(tried.child) if tried.child else "its own list of SAs"
        where_ja = repr(tried.child) if tried.child else "端末自身のSAの一覧に記載"
        return failed(
            Warrant.WITNESSED,
            f"a client {tried.who} was let in: {where}",
            f"{tried.who_ja}の接続が成立しました：{where_ja}",
        )
    if not good:
        return error(
            f"a client {tried.who}: the right client did not get in either, so a refusal shows nothing",
            f"{tried.who_ja}：正しい端末も接続できず、拒否は証拠になりません",
        )
    if not tried.heard:
        return error(
            f"a client {tried.who}: the gateway never heard of it, so a refusal shows nothing",
            f"{tried.who_ja}：VPN装置に接続要求が届いておらず、拒否は証拠になりません",
        )
    words = next((line for line in tried.said if tried.reason in line), None)
    if words is None:
        return failed(
            Warrant.WITNESSED,
            f"a client {tried.who} got no tunnel, but no server said that it refuses it for that ({tried.reason!r} was awaited)",
            f"{tried.who_ja}は接続できませんでしたが、その理由による拒否の記録がありません（{tried.reason!r} を待機）",
        )
    return passed(
        Warrant.WITNESSED,
        f"a client {tried.who} was refused: {words.strip()!r}; no CHILD_SA at either end, and the right client got in",
        f"{tried.who_ja}は拒否されました：{words.strip()!r}。両端ともCHILD_SAはなく、正しい端末は接続できました",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One client that came in and asked for new ESP keys in a way that it must not get them."""

    who: str
    who_ja: str
    reason: str  # words of the refusal that the gateway must say
    installed: bool  # it came in
    rekeyed: bool  # and got new keys
    said: Sequence[str]  # the gateway's lines since the attempt began


def no_new_keys(asked: Asked, *, good: bool) -> Judgement:
    """It came in, and got no new keys, by the gateway's own word. `good`: the right client got new ones by a sound exchange."""
    if asked.rekeyed:
        return failed(
            Warrant.WITNESSED,
            f"new ESP keys were given to a client {asked.who}",
            f"{asked.who_ja}のESPの鍵が更新されました",
        )
    if not (asked.installed and good):
        return error(
            f"a client {asked.who}: it did not come in, or the right client got no new keys with a sound exchange either,"
            " so a refusal shows nothing",
            f"{asked.who_ja}：接続できなかったか、基準を満たす鍵交換を伴う正しい更新も成立せず、拒否は証拠になりません",
        )
    words = next((line for line in asked.said if asked.reason in line), None)
    if words is None:
        return failed(
            Warrant.WITNESSED,
            f"a client {asked.who} got no new ESP keys, but the gateway never said that it refuses them"
            f" ({asked.reason!r} was awaited)",
            f"{asked.who_ja}のESPの鍵更新を拒否した記録がVPN装置にありません（{asked.reason!r} を待機）",
        )
    return passed(
        Warrant.WITNESSED,
        f"new ESP keys were refused to a client {asked.who}: {words.strip()!r}; with a sound exchange of their own they came",
        f"{asked.who_ja}のESP鍵更新は拒否され（{words.strip()!r}）、基準を満たす鍵交換を伴う更新は成立しました",
    )
