"""A sender of records and the stores that are not its own: who shows the wrong certificate is given nothing (LOG-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.judgement import Judgement, error, failed, passed


@dataclass(frozen=True, slots=True)
class Met:
    """What one store saw of a sender."""

    came: bool  # a connection was begun there
    took: bool  # the record arrived there
    said: str = ""  # how the connection ended, in the store's words


@dataclass(frozen=True, slots=True)
class AtStores:
    """A sender's settings, tried with one record.

    `right`: at a store with the store's own name, certified by the lab. `false`: (what another store shows, the same in
    Japanese) -> what that one saw.
    """

    host: str  # where it was tried
    right: Met
    false: Mapping[tuple[str, str], Met]


@dataclass(frozen=True, slots=True)
class Sender:
    """One host's log sender. `alone`: the lab's root is all that it trusts."""

    host: str
    alone: bool
    stale: Sequence[str] = ()  # files that were changed since the daemon started: it runs with others


def gives_to_its_store_alone(sender: Sender, tried: AtStores) -> Judgement:
    """Say whether no store but the right one gets this sender's records."""
    host, where = sender.host, "" if sender.host == tried.host else f" (tried on {tried.host}, with the same settings)"
    where_ja = "" if sender.host == tried.host else f"（同じ設定の {tried.host} で試行）"
    for (what, what_ja), met in tried.false.items():
        if met.took:
            return failed(
                Warrant.WITNESSED,
                f"{host} gives its records to a store that shows {what}{where}",
                f"{host} は{what_ja}を示す保管サーバに記録を渡します{where_ja}",
            )
    if not sender.alone:
        return failed(
            Warrant.INSPECTED,
            f"{host}: its log sender trusts more than the lab's root",
            f"{host}：ログ送信がラボのルート認証局以外も信頼しています",
        )
    if sender.stale:
        return failed(
            Warrant.INSPECTED,
            f"{host}: its log sender started before {', '.join(sender.stale)} was changed and runs with other settings",
            f"{host}：ログ送信は {'、'.join(sender.stale)} の変更前に起動しており、別の設定で動作しています",
        )
    if not tried.right.took:
        return error(
            f"{host}: a store with the right certificate got nothing either, so silence shows nothing{where}: {tried.right.said}",
            f"{host}：正しい証明書の保管サーバにも記録が届かず、沈黙は証拠になりません{where_ja}：{tried.right.said}",
        )
    for (what, what_ja), met in tried.false.items():
        if not met.came:
            return error(
                f"{host}: it never came to the store that shows {what}, so nothing was refused{where}",
                f"{host}：{what_ja}を示す保管サーバに接続しておらず、拒否は確認できません{where_ja}",
            )
    shown, shown_ja = (list(words) for words in zip(*tried.false, strict=True))
    return passed(
        Warrant.WITNESSED,
        f"{host} came to stores that show {' or '.join(shown)}, and gave them nothing; the one with the right certificate got its "
        f"record{where}",
        f"{host} は{'・'.join(shown_ja)}を示す保管サーバに接続しましたが記録を渡さず、正しい証明書の保管サーバには"
        f"記録が届きました{where_ja}",
    )
