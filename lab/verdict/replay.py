"""Anti-replay of ESP (VPN-12, RFC 4303 3.4.3): a packet that was taken from the wire and is sent again is dropped and counted."""

from __future__ import annotations

from lab.record import Replay, Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

MOSTLY = 0.8  # of what is sent has to be seen at each place: a busy machine's tap is sometimes a moment late


def taken_once(seen: Replay, counted: int, words: str) -> Judgement:
    """Nothing came out of the tunnel a second time. `counted`: the device's own lines about it, `words` the first of them."""
    if seen.trouble:
        return error(f"replayed ESP: {seen.trouble[0]}", "ESPの再送：観測に異常がありました")
    if seen.again:
        return failed(
            Warrant.WITNESSED,
            f"of {seen.sent_again} ESP packets that were sent once more {seen.again} came out of the tunnel a second time, seen at"
            f" {seen.inner}",
            f"再送した {seen.sent_again} 個のESPパケットのうち {seen.again} 個がトンネルから再び出ました（観測箇所：{seen.inner}）",
        )
    enough = MOSTLY * seen.sent
    if min(seen.first, seen.frames, seen.sent_again, seen.fresh) < enough:
        return error(
            f"replayed ESP: of {seen.sent} datagrams {seen.first} came out, {seen.frames} packets were taken, {seen.sent_again}"
            f" sent again, and {seen.fresh} of as many new ones came out afterwards: too few to show anything",
            f"ESPの再送：{seen.sent} 個中、到達 {seen.first} 個、採取 {seen.frames} 個、再送 {seen.sent_again} 個、その後の到達"
            f" {seen.fresh} 個で、判定できません",
        )
    if counted < MOSTLY * seen.sent_again:
        return failed(
            Warrant.WITNESSED,
            f"{seen.sent_again} ESP packets were sent once more; none came out again, but the central log has {counted} lines about"
            " it",
            f"{seen.sent_again} 個のESPパケットを再送し、再び出たものはありませんが、集中ログの記録は {counted} 件のみです",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.sent_again} ESP packets were taken from the wire and sent once more: none came out of the tunnel again, {counted}"
        f" were counted ({words!r}), and {seen.fresh} new ones sent afterwards came out",
        f"採取した {seen.sent_again} 個のESPパケットを再送しましたが、トンネルから再び出たものはなく、{counted} 件が記録されました"
        f"（{words!r}）。その後の新しい {seen.fresh} 個は到達しました",
    )
