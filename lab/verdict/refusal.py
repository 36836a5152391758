"""A sender that a service must refuse: by its own word, nothing of it kept, and the good one taken in the same run."""

from __future__ import annotations

from collections.abc import Sequence

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


def filed(host: str, *, claim: str, own: str, files: Sequence[str]) -> Judgement:
    """Say whether an event of `host` that claims to be of `claim` stands in `own`, the sender's file, and nowhere else."""
    elsewhere = [file for file in files if file != own]
    if elsewhere:
        return failed(
            Warrant.WITNESSED,
            f"an event of {host} that calls itself {claim} was filed in {', '.join(elsewhere)}",
            f"{claim} を名乗る {host} のイベントが {'、'.join(elsewhere)} に記録されました",
        )
    if not files:
        return failed(
            Warrant.WITNESSED,
            f"an event of {host} with the right certificate was not taken",
            f"正しい証明書を持つ {host} のイベントが受け入れられませんでした",
        )
    return passed(
        Warrant.WITNESSED,
        f"an event of {host} that calls itself {claim} stands in {own} and in no other file",
        f"{claim} を名乗る {host} のイベントは {own} のみに記録されました",
    )


def refused(who: str, who_ja: str, *, said: Sequence[str], reason: str, kept: Sequence[str], good: bool) -> Judgement:
    """Say whether a service refused `who`.

    `said`: the service's own lines since the attempt. `reason`: the words of the right refusal. `kept`: files of the
    service that hold what `who` sent. `good`: the same client with the right credentials was taken in the same run.
    """
    if kept:
        return failed(
            Warrant.WITNESSED,
            f"{who} was not refused: what it sent stands in {', '.join(kept)}",
            f"{who_ja}が拒否されず、送信内容が {'、'.join(kept)} に記録されました",
        )
    if not good:
        return error(
            f"{who}: the right sender was not taken either, so a refusal shows nothing",
            f"{who_ja}：正しい送信者も受け入れられず、拒否は証拠になりません",
        )
    words = next((line for line in said if reason in line), None)
    if words is None:
        return failed(
            Warrant.WITNESSED,
            f"{who}: the service never said that it refuses ({reason!r} was awaited)",
            f"{who_ja}：サービス自身の拒否の記録がありません（{reason!r} を待機）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{who} was refused by the service itself: {words!r}; nothing it sent was kept, and the right sender was taken",
        f"{who_ja}はサービス自身により拒否されました：{words!r}。送信内容は保存されず、正しい送信者は受け入れられました",
    )
