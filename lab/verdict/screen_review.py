"""Whether anybody looks at what is logged of screen sessions, and sees what is odd about them (SCR-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lab.record import Warrant
from lab.verdict.access_records import OLDEST
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import rules_ja

SPAN = timedelta(days=1)  # that a record covers at the least; the lab's choice (LAB)
REFUSALS = 5  # of one account in a day that must not go unseen (LAB)
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """What was done with a desktop before a review: one session that is right, and two things that aren't."""

    session: str  # the gateway's id of the right one
    account: str
    terminal: str
    past: str  # address and port of a login that no gateway handed on
    stranger: str  # an account that was refused
    times: int


def reviewed_daily(desk: str, gateway: str, records: Sequence[Record], now: datetime, *, running: bool) -> Judgement:
    """The service runs, and its last record is of today, covers a day and is about this desktop and its gateway."""
    own = [one for one in records if one.get("by") == "service"]
    if not running or not own:
        what, what_ja = ("runs", "が稼働していません") if not running else ("has left a record", "の記録がありません")
        return failed(
            Warrant.INSPECTED,
            f"{desk}: no review of screen sessions that nobody has to ask for {what}",
            f"{desk}：画面転送セッションの定期的な確認{what_ja}",
        )
    last = max(own, key=lambda one: str(one["to"]))
    since, to = (datetime.fromisoformat(last[name]) for name in ("from", "to"))
    read = [*last.get("gateways", ()), *last.get("desks", ())]
    about = f"the last review of screen sessions is of {to}, from {since} on, and read {', '.join(read) or 'nobody'}"
    about_ja = f"最後の確認は {to}、期間の始まりは {since}、対象は {'、'.join(read) or 'なし'} です"
    good = now - to <= OLDEST and to - since >= SPAN and {desk, gateway} <= set(read)
    return (passed if good else failed)(Warrant.INSPECTED, f"{desk}: {about}", f"{desk}: {about_ja}")


def takes_the_right_one(desk: str, planted: Planted, record: Record) -> Judgement:
    """The right session is in the record, with account and terminal, and nothing is found odd about it."""
    known = _known(planted, record)
    if known is None:
        return failed(
            Warrant.WITNESSED,
            f"{desk}: the review read {record.get('read')}, and not the session of {planted.account}",
            f"{desk}：確認が {planted.account} のセッションを読み取っていません（読み取り件数 {record.get('read')}）",
        )
    said = {name: known.get(name) for name in ("account", "terminal")}
    if said != _who(planted):
        return failed(
            Warrant.WITNESSED,
            f"{desk}: the review takes the session of {planted.account} at {planted.terminal} for another: {said}",
            f"{desk}：確認が {planted.terminal} の {planted.account} のセッションを誤って記録しました："
            f"端末 {said['terminal']}、利用者 {said['account']}",
        )
    odd = [one["rule"] for one in record.get("findings", ()) if planted.session in one.get("sessions", ())]
    if odd:
        return failed(
            Warrant.WITNESSED,
            f"{desk}: a session that is right is odd to the review: {', '.join(odd)}",
            f"{desk}：正しいセッションが異常として検出されました：{rules_ja(odd)}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{desk}: the review has the session of {planted.account} at {planted.terminal}, and finds nothing odd about it",
        f"{desk}：確認の記録に {planted.terminal} の {planted.account} のセッションがあり、異常とされていません",
    )


def names_the_other_way(desk: str, planted: Planted, record: Record) -> Judgement:
    """A login that came by no gateway is found, by address and port."""
    rules = [one["rule"] for one in record.get("findings", ()) if one.get("from") == planted.past]
    what = f"{desk}: a login from {planted.past}, past the gateway"
    return _named(what, f"{desk}：ゲートウェイを経ない {planted.past} からのログイン", rules, planted, record)


def names_who_is_refused(desk: str, planted: Planted, record: Record) -> Judgement:
    """An account that was refused again and again is found, with all its refusals and where they came from."""
    rules = [
        one["rule"]
        for one in record.get("findings", ())
        if list(one.get("accounts", ())) == [planted.stranger]
        and planted.terminal in one.get("terminals", ())
        and one.get("times", 0) >= planted.times
    ]
    what = f"{desk}: {planted.times} refusals of {planted.stranger}"
    return _named(what, f"{desk}：{planted.stranger} の{planted.times}回の拒否", rules, planted, record)


def _who(planted: Planted) -> dict[str, str]:
    return {"account": planted.account, "terminal": planted.terminal}


def _known(planted: Planted, record: Record) -> Record | None:
    return next((one for one in record.get("sessions", ()) if one.get("id") == planted.session), None)


def _named(what: str, what_ja: str, rules: Sequence[str], planted: Planted, record: Record) -> Judgement:
    known = _known(planted, record)
    if known is None or not _who(planted).items() <= known.items():
        return error(
            f"{what}: the review does not take the session that is right for what it is either, so nothing is shown",
            f"{what_ja}：正しいセッションも正しく記録されておらず、判定できません",
        )
    if not rules:
        return failed(
            Warrant.WITNESSED,
            f"{what}: the review read {record.get('read')} and doesn't name it",
            f"{what_ja}が確認で検出されませんでした（読み取り件数 {record.get('read')}）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{what}: the review names it ({', '.join(dict.fromkeys(rules))})",
        f"{what_ja}が確認で検出されました（{rules_ja(rules)}）",
    )
