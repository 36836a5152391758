"""A CRL's end (RAD-02): it is far, the server has read the CRL, and once it is over everybody is refused and it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import last_ja

ALARM = "ALARM"  # the word by which whoever reads logs finds it
ENDED_JA = {"let in": "許可", "refused": "拒否", "silence": "応答なし"}
OVER = "CRL has expired"  # OpenSSL's word for a CRL past its nextUpdate


@dataclass(frozen=True, slots=True)
class Standing:
    """A server's CRL as it is on its host. Times are aware; `changed`, `started` are seconds since 1970."""

    end: datetime  # nextUpdate (RFC 5280, 5.1.2.5)
    now: datetime
    changed: float  # the file, last
    started: float  # the server that reads it at its start alone
    watched: bool  # the program that raises the alarm is running
    file: str = ""  # which the server reads by its own configuration


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The server's own configuration run once more beside it, with a fresh CRL and with one that is over."""

    fresh: str  # how the right terminal's attempt ended: "let in", "refused", "silence"
    over: str
    said: tuple[str, ...]  # the log about the latter
    told: tuple[str, ...]  # lines of the watching program about that CRL
    before: tuple[str, ...] = ()  # the same about one that ends in some days


def stands(host: str, seen: Standing, *, days: int) -> Judgement:
    """Whether the CRL lives on for `days` at the least, is the one that the server has, and is watched."""
    left = (seen.end - seen.now).days
    if left < days:
        return failed(
            Warrant.INSPECTED,
            f"{host}: its CRL ends at {seen.end:%Y-%m-%d %H:%M} UTC, in {left} days; {days} are asked at the least",
            f"{host}：CRLの次回更新予定は {seen.end:%Y-%m-%d %H:%M} UTC（残り {left} 日）で、{days} 日に足りません",
        )
    if seen.changed > seen.started:
        return failed(
            Warrant.INSPECTED,
            f"{host}: the CRL is newer than the server, which reads it at its start alone: what was revoked since then gets in",
            f"{host}：CRLがサーバの起動後に差し替えられ、読み込まれていません。その後に失効した端末が許可されます",
        )
    if not seen.watched:
        return failed(
            Warrant.INSPECTED,
            f"{host}: nobody watches the end of the CRL: crl-watch is not running",
            f"{host}：CRLの期限が監視されていません（crl-watchが動作していません）",
        )
    return passed(
        Warrant.INSPECTED,
        f"{host}: its CRL is good for {left} days, the server was started after it came, and its end is watched",
        f"{host}：CRLの期限まで {left} 日あり、サーバはその差替え後に起動し、期限も監視されています",
    )


def refuses_when_over(host: str, seen: Rehearsal) -> Judgement:
    """With a CRL past its time the right terminal is refused for that reason: fail-closed, as designed."""
    if seen.over == "let in":
        return failed(
            Warrant.WITNESSED,
            f"{host}: with a CRL that is over a terminal was let in: what was revoked since then gets in too",
            f"{host}：期限切れのCRLのまま端末が許可されました。その後に失効した端末も許可されます",
        )
    if seen.fresh != "let in" or seen.over == "silence":
        fresh, over = (ENDED_JA.get(one, one) for one in (seen.fresh, seen.over))
        return error(
            f"{host}: with a fresh CRL the right terminal's attempt ended with {seen.fresh!r}, with one that is over with"
            f" {seen.over!r}: nothing is shown",
            f"{host}：新しいCRLで{fresh}、期限切れで{over}となり、判定できません",
        )
    words = next((line for line in seen.said if OVER in line), "")
    if not words:
        return failed(
            Warrant.WITNESSED,
            f"{host}: with a CRL that is over the terminal was refused, but its log doesn't say so ({OVER!r} was awaited):"
            f" {_last(seen.said)!r}",
            f"{host}：期限切れのCRLで拒否されましたが、理由が記録されていません（{OVER!r} を待機）：{last_ja(seen.said)}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{host}: with a CRL that is over the right terminal was refused ({words!r}); with a fresh one it was let in",
        f"{host}：期限切れのCRLでは正しい端末も拒否され（{words!r}）、新しいCRLでは許可されました",
    )


def raises_alarm(host: str, seen: Rehearsal) -> Judgement:
    """The watching program's line about that CRL is in the central log."""
    return _alarm(host, seen.told, "is over since", "that is over", "期限切れのCRL")


def warns_before(host: str, seen: Rehearsal) -> Judgement:
    """The watching program's line about a CRL that ends in some days: an alarm, in the central log."""
    return _alarm(host, seen.before, "ends in", "that ends in a few days", "数日後に期限の切れるCRL")


def _alarm(host: str, lines: Sequence[str], awaited: str, what: str, ja: str) -> Judgement:
    words = next((line for line in lines if ALARM in line and awaited in line), "")
    if not words:
        return failed(
            Warrant.WITNESSED,
            f"{host}: a CRL {what} raised no alarm in the central log: {_last(lines)!r}",
            f"{host}：{ja}について、集中ログに警報がありません：{last_ja(lines)}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{host}: a CRL {what} raised the alarm in the central log: {words!r}",
        f"{host}：{ja}について、集中ログに警報が記録されました：{words!r}",
    )


def watches(host: str, file: str, told: Sequence[str]) -> Judgement:
    """The running service speaks of the file that the server reads. `told`: its lines in the central log since it was woken."""
    words = next((line for line in told if file and f"the CRL in {file} " in line), "")
    if not words:
        return failed(
            Warrant.WITNESSED,
            f"{host}: the program that watches CRLs said nothing in the central log of {file}, which the server reads:"
            f" {_last(told)!r}",
            f"{host}：サーバが読む {file} について、監視プログラムの記録が集中ログにありません：{last_ja(told)}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{host}: the program that watches CRLs watches the one that the server reads: {words!r}",
        f"{host}：監視プログラムは、サーバが読むCRLを監視しています：{words!r}",
    )


def _last(lines: Sequence[str]) -> str:
    return lines[-1] if lines else "nothing"
