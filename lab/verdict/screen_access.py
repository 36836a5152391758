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
            f"{desk}：セッションが開きました（{tried.what}）",
        )
    if not good:
        return error(
            f"{desk}: no session opened with both factors either, so a refusal shows nothing",
            f"{desk}：二要素がそろってもセッションが開かず、拒否は証拠になりません",
        )
    if tried.trouble:
        return error(
            f"{desk}: the desktop did not say that it refuses a session {tried.what}; the client's words: {tried.trouble!r}",
            f"{desk}：デスクトップによる拒否の記録がありません（{tried.what}）。クライアントの記録：{tried.trouble!r}",
        )
    if not tried.words:
        return failed(
            Warrant.WITNESSED,
            f"{desk}: nobody said why there was no session {tried.what}",
            f"{desk}：拒否の理由が記録されていません（{tried.what}）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{desk}: no session {tried.what}: {tried.words!r}; the same client got in with what is right",
        f"{desk}：セッションは開きませんでした（{tried.what}）：{tried.words!r}。正しい条件では同じクライアントで開きました",
    )


def logged(desk: str, seen: Logged, *, terminal: str, account: str) -> Judgement:
    """Both lines of the gateway name terminal, account and desktop, and the desktop's own line belongs to them."""
    wrong = []
    wanted = {"terminal": terminal, "account": account, "desk": desk}
    for when, line in (("start", seen.start), ("end", seen.end)):
        if not line:
            wrong.append(f"no line of the session's {when}")
        else:
            wrong += [
                f"{when}: {name} is {line.get(name) or 'not told'}" for name in wanted if line.get(name) != wanted[name]
            ]
    if seen.start and seen.end and seen.start.get("id") != seen.end.get("id"):
        wrong.append("its two lines do not belong together")
    if f"username {account}," not in seen.let_in:
        wrong.append(f"no line of {desk} that it let {account} in")
    if wrong:
        told = "; ".join(wrong)
        return failed(
            Warrant.WITNESSED, f"{desk}: the central log: {told}", f"{desk}：集中ログの記録が不十分です：{told}"
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
    wrong = []
    if not engaged or not 0 < max(engaged) <= LONGEST_IDLE:
        wrong.append(f"no idle timer of at most {LONGEST_IDLE} s was started")
    if settings.get(KILL) != "1":
        wrong.append("a session that was cut stays for ever")
    elif not 0 < int(settings.get(KEPT) or 0) <= LONGEST_KEPT:
        wrong.append(f"a session that was cut stays {settings.get(KEPT) or 'for ever'} (s)")
    if sessions != 1:
        wrong.append(f"{sessions} sessions of one person at once")
    if beside and _CAME_BACK not in beside:
        wrong.append(f"a client with another colour depth, size and address got a second session: {beside!r}")
    if wrong:
        told = "; ".join(wrong)
        return failed(Warrant.INSPECTED, f"{desk}: {told}", f"{desk}：セッションの制限が不十分です：{told}")
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
