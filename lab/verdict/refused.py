"""A refusal by an application: its own word, while the good request works. Never judged as a denied flow."""

from __future__ import annotations

from collections.abc import Collection

from lab.record import Application, Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import failure_ja

OPENED = 200
REFUSALS = frozenset({400, 403, 404, 405, 421})  # the server's own no; 5xx would mean that it tried


def refused(
    asked: Application, good: Application, *, what_en: str, what_ja: str, words: Collection[int] = REFUSALS
) -> Judgement:
    """Say whether the application refused `asked` (described by `what`) by its own HTTP status, and served `good`."""
    who = asked.attempt.destination
    status = _status(asked)
    if asked.trouble:
        return error(f"{what_en}: not watched properly: {asked.trouble[0]}", f"{what_ja}：正しく観測できませんでした")
    if served := _served(asked, status, what_en, what_ja):
        return served
    if status is None and not str(asked.detail.get("error", "")).startswith("TLS"):
        why = asked.detail.get("error", "no answer")
        return error(
            f"{who} said nothing to {what_en}: {why}",
            f"{who} は{what_ja}に応答しませんでした（{failure_ja(str(why))}）",
        )
    if status is not None and status not in words:
        return failed(
            Warrant.WITNESSED,
            f"{who} did not refuse {what_en} by itself: status {status} says that it tried",
            f"{who} は{what_ja}を自ら拒否していません（ステータス {status} は試行したことを示します）",
        )
    if not good.ok:
        return error(
            f"the good request to {who} failed too ({good.detail.get('error', _status(good))}): a refusal proves nothing",
            f"{who} への正当な要求も失敗しており、拒否は証拠になりません",
        )
    said = f"status {status}" if status is not None else str(asked.detail["error"])
    said_ja = f"ステータス {status}" if status is not None else str(asked.detail["error"])
    return passed(
        Warrant.WITNESSED,
        f"{who} refused {what_en} by its own word ({said}), and served the good request in the same run",
        f"{who} は{what_ja}を自ら拒否しました（{said_ja}）。正当な要求には同じ実行の中で応じています",
    )


def _served(asked: Application, status: int | None, what_en: str, what_ja: str) -> Judgement | None:
    """A fail if the application did what it was asked to."""
    who = asked.attempt.destination
    if asked.detail.get("proxy_status") == OPENED:
        return failed(
            Warrant.WITNESSED,
            f"{who} opened {what_en}: whatever came of it behind, the way was there",
            f"{who} が{what_ja}を開通させました",
        )
    if asked.ok or (status is not None and status < 400):  # noqa: PLR2004 - HTTP
        return failed(
            Warrant.WITNESSED,
            f"{who} served {what_en}: status {status}, {asked.detail.get('body_start', '')[:80]!r}",
            f"{who} が{what_ja}に応じました（ステータス {status}）",
        )
    return None


def _status(asked: Application) -> int | None:
    """The proxy's status if it refused already, else the server's."""
    status = asked.detail.get("status", asked.detail.get("proxy_status"))
    return None if status is None else int(status)
