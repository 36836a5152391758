"""What a client seals by hand into its own tunnel: others' addresses, and packets for its neighbours (VPN-11, case V9)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


@dataclass(frozen=True, slots=True)
class Sealed:
    """One inner packet that reached the gateway as ESP under the client's own key."""

    what: str
    what_ja: str
    spoofed: bool  # from an address that the tunnel isn't for: the daemon has to drop it, not the border behind it
    seen: Collection[str]  # "HOST.SEGMENT/from" and "/to" where it was in clear
    daemon: str  # the gateway's daemon's line about dropping it; "" if there is none
    border: str  # the same of its default deny


def stays_out(sealed: Sealed, *, arrived: bool) -> Judgement:
    """It went nowhere, and who had to drop it says so. `arrived`: the allowed one by the same hand came to its end."""
    what, what_ja = sealed.what, sealed.what_ja
    if sealed.seen:
        where = ", ".join(sorted(sealed.seen))
        return failed(
            Warrant.WITNESSED,
            f"{what}: the gateway sent it on, seen at {where}",
            f"{what_ja}：VPN装置が転送しました（観測箇所：{where}）",
        )
    if not arrived:
        return error(
            f"{what}: the allowed packet that was sealed by the same hand did not arrive either: nothing is shown",
            f"{what_ja}：同じ方法で送った許可済みのパケットも届かず、判定できません",
        )
    if sealed.spoofed and sealed.border:
        return failed(
            Warrant.WITNESSED,
            f"{what}: it came out of the tunnel, and only the border's rules stopped it: {sealed.border!r}",
            f"{what_ja}：トンネルから出てしまい、境界のルールのみが破棄しました：{sealed.border!r}",
        )
    told = sealed.daemon if sealed.spoofed else sealed.border
    if not told:
        return failed(
            Warrant.WITNESSED,
            f"{what}: it was seen nowhere, and the central log has no word of its being dropped",
            f"{what_ja}：どこにも観測されませんが、破棄した記録が集中ログにありません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{what}: seen nowhere in clear, and dropped: {told!r}; the allowed one by the same hand arrived",
        f"{what_ja}：平文ではどこにも観測されず、破棄が記録されました：{told!r}。同じ方法で送った許可済みのパケットは到達しました",
    )
