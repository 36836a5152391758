"""Inspected terminals alone are let in, and for no longer than their inspection holds (TW-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from lab.record import Warrant
from lab.verdict.access import LET_IN, shut_out
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import last_ja

NONE, OVER = "no sound inspection of", "holds no longer"  # the server's words


@dataclass(frozen=True, slots=True)
class Inspected:
    """One attempt of a terminal whose inspection is as it is said."""

    who: str
    who_ja: str
    left: float | None  # seconds that the inspection still holds; None: it doesn't
    reason: str  # the server's, where it doesn't
    ended: str  # "let in" | "refused" | "silence"
    timeout: int | None  # Session-Timeout of the answer, in seconds (RFC 2865, 5.27)
    said: Sequence[str]  # the server's log about it


def wants_inspection(seen: Inspected, *, good: bool) -> Judgement:
    """Refused without one that holds, for that reason; let in with one, until it ends at the latest.

    `good`: the same terminal was let in in the same run.
    """
    if seen.left is None:
        return shut_out(seen.who, seen.who_ja, ended=seen.ended, said=seen.said, reason=seen.reason, good=good)
    if seen.ended != LET_IN:
        last = seen.said[-1] if seen.said else "nothing"
        return error(
            f"{seen.who} was not let in: {last!r}", f"{seen.who_ja}が許可されず、判定できません：{last_ja(seen.said)}"
        )
    if seen.timeout is None or seen.timeout > ceil(seen.left):  # it is told in whole seconds
        given = "without an end (Session-Timeout)" if seen.timeout is None else f"for {seen.timeout} s"
        given_ja = "期限（Session-Timeout）なしで" if seen.timeout is None else f"{seen.timeout}秒間"
        return failed(
            Warrant.WITNESSED,
            f"{seen.who} was let in {given}, and its inspection holds for {seen.left:.0f} s",
            f"{seen.who_ja}は{given_ja}許可されましたが、検査の有効期間の残りは{seen.left:.0f}秒です",
        )
    return passed(
        Warrant.WITNESSED,
        f"{seen.who} was let in for {seen.timeout} s of the {seen.left:.0f} s that its inspection holds",
        f"{seen.who_ja}は、検査の有効期間の残り{seen.left:.0f}秒のうち{seen.timeout}秒間に限り許可されました",
    )
