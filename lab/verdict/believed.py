"""Answers of an authentication server that were spoiled on their way: whoever gets them must not let anybody in (RAD-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


@dataclass(frozen=True, slots=True)
class Shown:
    """What became of a right terminal while its Access-Accepts were answered in one way."""

    sent: int  # Access-Accepts that went to the access point in that way
    let_in: bool
    said: Sequence[str]  # the access point's lines that it drops such a packet


def not_believed(point: str, what: str, what_ja: str, shown: Shown, *, good: bool) -> Judgement:
    """Say whether the terminal stayed out. `good`: with Access-Accepts made right the same way it was let in before and after."""
    if shown.let_in:
        return failed(
            Warrant.WITNESSED,
            f"{point} lets a terminal in by {what}",
            f"{point} が{what_ja}により端末を接続させました",
        )
    if not good:
        return error(
            f"{what}: with one that was made right the terminal was not let in either",
            f"{what_ja}：正しく作った応答でも端末は接続できませんでした",
        )
    if not shown.sent:
        return error(f"{what} was not sent to {point}", f"{what_ja}が {point} に送られていません")
    if not shown.said:
        return error(
            f"the terminal stayed out, but {point} doesn't say that it dropped {what}",
            f"端末は接続できませんでしたが、{point} に{what_ja}を破棄した記録がありません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{point} dropped {what}: {shown.said[0]!r}; with one that was made right the terminal was let in before and after",
        f"{point} は{what_ja}を破棄しました（{shown.said[0]!r}）。正しく作った応答では前後とも端末が接続できました",
    )
