"""Who is let in by an authentication server: its own word, while the right one is let in in the same run."""

from __future__ import annotations

from collections.abc import Sequence

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

LET_IN = "let in"  # how an attempt ended


def shut_out(who: str, who_ja: str, *, ended: str, said: Sequence[str], reason: str, good: bool) -> Judgement:
    """Say whether a server refused `who`.

    `ended`: "let in", "refused" or "silence", as the supplicant saw it. `said`: the server's log lines about this attempt.
    `reason`: words of the right refusal. `good`: the same client with the right credentials was let in in the same run.
    """
    if ended == LET_IN:
        return failed(
            Warrant.WITNESSED, f"{who} was let in: {_last(said)!r}", f"{who_ja}が接続を許可されました：{_last(said)!r}"
        )
    if not good:
        return error(
            f"{who}: the right terminal was not let in either, so a refusal shows nothing",
            f"{who_ja}：正しい端末も許可されず、拒否は証拠になりません",
        )
    words = next((line for line in said if reason in line), None)
    if ended == "silence":
        return error(f"{who}: the server never answered", f"{who_ja}：サーバの応答がありません")
    if words is None:
        return failed(
            Warrant.WITNESSED,
            f"{who} was refused for another reason than the awaited one ({reason!r}): {_last(said)!r}",
            f"{who_ja}は想定と異なる理由で拒否されました（{reason!r} を待機）：{_last(said)!r}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{who} was refused, by the server's own log: {words!r}; the right terminal was let in in the same run",
        f"{who_ja}は拒否されました（サーバのログ：{words!r}）。正しい端末は同じ実行の中で許可されました",
    )


def dropped(what: str, what_ja: str, *, answered: bool, said: Sequence[str], reason: str, good: bool) -> Judgement:
    """Say whether a server gave no answer to a request; `good`: its twin without the flaw was answered before and after.

    `reason`: words that its log must have about it; "" where the server drops without a word.
    """
    if answered:
        return failed(Warrant.WITNESSED, f"{what} was answered", f"{what_ja}に応答がありました")
    if not good:
        return error(
            f"{what}: the same request without the flaw got no genuine answer either",
            f"{what_ja}：欠陥のない同じ要求にも正しい応答がありません",
        )
    words = next((line for line in said if reason in line), "") if reason else ""
    if reason and not words:
        return failed(
            Warrant.WITNESSED,
            f"{what} got no answer, and the server's log doesn't say why ({reason!r} was awaited)",
            f"{what_ja}に応答はありませんが、サーバのログに理由がありません（{reason!r} を待機）",
        )
    why = f", by its own log: {words!r}" if words else " without a word"
    return passed(
        Warrant.WITNESSED,
        f"{what} was dropped{why}; the same request without the flaw was answered before and after",
        f"{what_ja}は破棄されました{f'（ログ：{words!r}）' if words else ''}。欠陥のない同じ要求には前後とも応答がありました",
    )


def answers_signed(server: str, genuine: Sequence[bool]) -> Judgement:
    """Say whether a server's answers carry a right Message-Authenticator; one bool per answer."""
    if not genuine:
        return error(f"{server} gave no answer at all", f"{server} の応答がありません")
    bad = list(genuine).count(False)
    if bad:
        return failed(
            Warrant.WITNESSED,
            f"{bad} of {len(genuine)} answers of {server} carry no right Message-Authenticator",
            f"{server} の応答 {len(genuine)} 件中 {bad} 件に正しいMessage-Authenticatorがありません",
        )
    return passed(
        Warrant.WITNESSED,
        f"all {len(genuine)} answers of {server} carry a right Message-Authenticator",
        f"{server} の応答 {len(genuine)} 件はすべて正しいMessage-Authenticatorを持ちます",
    )


def _last(said: Sequence[str]) -> str:
    return said[-1] if said else ""
