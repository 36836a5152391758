"""Screen transfer: who gets in, over what, what is written down, and when it ends (SCR-06 to SCR-09)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed

LONGEST_IDLE = 900  # seconds; a value of the lab's own (SCR-09 is marked LAB)
LONGEST_KEPT = 60
_CAME_BACK = "++ reconnected session"
IDLE, KILL, KEPT = "XRDP_SESMAN_MAX_IDLE_TIME", "XRDP_SESMAN_KILL_DISCONNECTED", "XRDP_SESMAN_MAX_DISC_TIME"


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt to get in."""

    what: str  # "with a wrong code"
    what_ja: str
    opened: bool  # a session came of it
    words: str  # the desktop's own refusal, or the client's; "" for none
    trouble: str = ""  # the client's last words, where the desktop has to say why and didn't


@dataclass(frozen=True, slots=True)
class Logged:
    """What the central log has of one session, field by field; empty where a line or a field is missing."""

    start: Mapping[str, str]  # the gateway's line when the desktop took the session
    end: Mapping[str, str]  # the gateway's line when it was over
    let_in: str  # the desktop's line of who was let in, from the gateway's port


def entry(desk: str, tried: Entry, *, good: bool) -> Judgement:
    """It was refused in so many words, and the right one got in by the same client in the same run."""
    if tried.opened:
        return failed(
            Warrant.WITNESSED,
            f"{desk}: a session opened {tried.what}",
            f"{desk}：セッションが開きました（{tried.what_ja}）",
        )
    if not good:
        return error(
            f"{desk}: no session opened with both factors either, so a refusal shows nothing",
            f"{desk}：二要素がそろってもセッションが開かず、拒否は証拠になりません",
        )
    if tried.trouble:
        return error(
            f"{desk}: the desktop did not say that it refuses a session {tried.what}; the client's words: {tried.trouble!r}",
            f"{desk}：デスクトップによる拒否の記録がありません（{tried.what_ja}）。クライアントの記録：{tried.trouble!r}",
        )
    if not tried.words:
        return failed(
            Warrant.WITNESSED,
            f"{desk}: nobody said why there was no session {tried.what}",
            f"{desk}：拒否の理由が記録されていません（{tried.what_ja}）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{desk}: no session {tried.what}: {tried.words!r}; the same client got in with what is right",
        f"{desk}：セッションは開きませんでした（{tried.what_ja}）：{tried.words!r}。正しい条件では同じクライアントで開きました",
    )


_FIELDS_JA = {"terminal": "端末", "account": "利用者", "desk": "接続先"}


def logged(desk: str, seen: Logged, *, terminal: str, account: str) -> Judgement:
    """Both lines of the gateway name terminal, account and desktop, and the desktop's own line belongs to them."""
    wrong: list[tuple[str, str]] = []
    wanted = {"terminal": terminal, "account": account, "desk": desk}
    for when, when_ja, line in (("start", "開始", seen.start), ("end", "終了", seen.end)):
        if not line:
            wrong.append((f"no line of the session's {when}", f"セッションの{when_ja}の記録がない"))
        else:
            wrong += [
                (
                    f"{when}: {name} is {line.get(name) or 'not told'}",
                    f"{when_ja}の{_FIELDS_JA[name]}が「{line.get(name) or '記載なし'}」",
                )
                for name in wanted
                if line.get(name) != wanted[name]
            ]
    if seen.start and seen.end and seen.start.get("id") != seen.end.get("id"):
        wrong.append(("its two lines do not belong together", "開始と終了の記録が対応しない"))
    if f"username {account}," not in seen.let_in:
        wrong.append((f"no line of {desk} that it let {account} in", f"{desk} 自身に {account} のログインの記録がない"))
    if wrong:
        told, told_ja = "; ".join(en for en, _ in wrong), "、".join(ja for _, ja in wrong)
        return failed(
            Warrant.WITNESSED, f"{desk}: the central log: {told}", f"{desk}：集中ログの記録が不十分です：{told_ja}"
        )
    return passed(
        Warrant.WITNESSED,
        f"{desk}: the central log has who ({account} at {terminal}), where to, begin and end of the session, and joins them to the"
        f" desktop's own record by port {seen.start.get('via', '').rpartition(':')[2]}",
        f"{desk}：集中ログに利用者・端末（{account}・{terminal}）、接続先、開始と終了が残り、デスクトップ自身の記録と"
        f"ポート {seen.start.get('via', '').rpartition(':')[2]} で対応します",
    )


def idle(desk: str, settings: Mapping[str, str], engaged: Sequence[int], sessions: int, beside: str) -> Judgement:
    """What the running session obeys. `engaged`: seconds of the idle timers that it said it started.

    `beside`: the desktop's line that it let the person in again, by another client while the session was there; "" for none.
    """
    wrong: list[tuple[str, str]] = []
    if not engaged or not 0 < max(engaged) <= LONGEST_IDLE:
        wrong.append(
            (f"no idle timer of at most {LONGEST_IDLE} s was started", f"{LONGEST_IDLE} 秒以内の無操作タイマーがない")
        )
    if settings.get(KILL) != "1":
        wrong.append(("a session that was cut stays for ever", "切断されたセッションが無期限に残る"))
    elif not 0 < int(settings.get(KEPT) or 0) <= LONGEST_KEPT:
        kept = settings.get(KEPT)
        wrong.append(
            (
                f"a session that was cut stays {kept or 'for ever'} (s)",
                f"切断されたセッションが{f' {kept} 秒' if kept else '無期限に'}残る",
            )
        )
    if sessions != 1:
        wrong.append((f"{sessions} sessions of one person at once", f"同じ利用者のセッションが同時に {sessions} 件"))
    if beside and _CAME_BACK not in beside:
        wrong.append(
            (
                f"a client with another colour depth, size and address got a second session: {beside!r}",
                f"色深度・画面サイズ・接続元の異なるクライアントに別のセッションが開いた（{beside!r}）",
            )
        )
    if wrong:
        told, told_ja = "; ".join(en for en, _ in wrong), "、".join(ja for _, ja in wrong)
        return failed(Warrant.INSPECTED, f"{desk}: {told}", f"{desk}：セッションの制限が不十分です：{told_ja}")
    if not beside:
        return error(
            f"{desk}: no other client of the same person got in, so that there is one session shows nothing",
            f"{desk}：同じ利用者の別のクライアントが接続できず、セッションが一つであることは証拠になりません",
        )
    return passed(
        Warrant.INSPECTED,
        f"{desk}: its running session is cut after {max(engaged)} s without input and gone {settings[KEPT]} s after a cut; a person"
        " has one session: a client with another colour depth, size and address came back to it",
        f"{desk}：稼働中のセッションは無操作{max(engaged)}秒で切断され、切断の{settings[KEPT]}秒後に終了します。"
        "セッションは一人一つで、色深度・画面サイズ・接続元の異なるクライアントも同じセッションに戻りました",
    )
