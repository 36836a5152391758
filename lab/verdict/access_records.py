"""What the central log has about who came and went on a wireless network, and whether anybody looks at it (WLAN-09)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed
from lab.verdict.phrases_ja import rules_ja

_FIELD = re.compile(r"(\w+)=(.*?)(?= \w+=|$)")
OLDEST = timedelta(days=1, hours=1)  # of the last review; the lab's choice (LAB)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, and what its line must say."""

    what: str
    what_ja: str
    words: str  # that a line about it begins its message with: "let in:", "accounting: Stop"
    fields: Mapping[str, str]  # name -> value that it must have; "" stands for any but none


def recorded(event: Event, lines: Sequence[str]) -> Judgement:
    """Say whether one of the lines tells all of it. `lines`: those about this station since it happened."""
    about = [line for line in lines if f" {event.words}" in line]
    if not about:
        return failed(
            Warrant.WITNESSED,
            f"{event.what}: the central log has no line of it",
            f"{event.what_ja}：集中ログに記録がありません",
        )
    lacking = min((_lacking(event, line) for line in about), key=len)
    if lacking:
        return failed(
            Warrant.WITNESSED,
            f"{event.what}: the central log's line doesn't say {', '.join(lacking)}: {about[-1]!r}",
            f"{event.what_ja}：集中ログの記録に {'、'.join(lacking)} がありません：{about[-1]!r}",
        )
    return passed(
        Warrant.WITNESSED,
        f"{event.what}: {about[-1]!r}",
        f"{event.what_ja}：{about[-1]!r}",
    )


def _lacking(event: Event, line: str) -> list[str]:
    told = dict(_FIELD.findall(line))
    return [
        name
        for name, value in event.fields.items()
        if not told.get(name) or (value and told[name].lower() != value.lower())
    ]


def reviewed_lately(records: Sequence[Mapping[str, Any]], now: datetime) -> Judgement:
    """Say whether the review that runs by itself has made a record in time, one that read something."""
    own = [one for one in records if one.get("by") == "service"]
    if not own:
        return failed(
            Warrant.INSPECTED,
            "there is no record of a review that nobody had to ask for",
            "定期的な確認の記録がありません",
        )
    last = max(own, key=lambda one: str(one["to"]))
    age = now - datetime.fromisoformat(last["to"])
    if age > OLDEST or not last.get("servers"):
        return failed(
            Warrant.INSPECTED,
            f"the last review is of {last['to']} and read the servers {', '.join(last.get('servers', [])) or 'of nobody'}",
            f"最後の確認は {last['to']}、対象は {'、'.join(last.get('servers', [])) or 'なし'} です",
        )
    return passed(
        Warrant.INSPECTED,
        f"the last review is of {last['to']}, covers the time from {last['from']} and read {', '.join(last['servers'])}",
        f"最後の確認は {last['to']}、期間の始まりは {last['from']}、対象は {'、'.join(last['servers'])} です",
    )


def found(what: str, what_ja: str, station: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Judgement:
    """Say whether a review names a station that something odd was done with; the review before must not."""
    if _named(station, before):
        return error(
            f"the review named {station} before anything was done with it",
            f"異常の作成前から {station} が検出されています",
        )
    rules = _named(station, after)
    if not rules:
        return failed(
            Warrant.WITNESSED,
            f"{what} ({station}): the review read {after.get('read')} and doesn't name it",
            f"{what_ja}（{station}）が確認で検出されませんでした（読み取り件数 {after.get('read')}）",
        )
    return passed(
        Warrant.WITNESSED,
        f"{what} ({station}): the review names it ({', '.join(rules)}), the one before did not",
        f"{what_ja}（{station}）：確認で検出されました（{rules_ja(rules)}）。直前の確認では検出されていません",
    )


def _named(station: str, record: Mapping[str, Any]) -> list[str]:
    return [one["rule"] for one in record.get("findings", ()) if station in one.get("stations", ())]
