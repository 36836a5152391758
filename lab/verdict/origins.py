"""Screen transfer into the My Number zone: only for registered terminals, never for a session that began outside (SCR-01)."""

from __future__ import annotations

from dataclasses import dataclass

from lab.record import Warrant
from lab.verdict.flaw import Flaw, told
from lab.verdict.judgement import Judgement, error, failed, passed


@dataclass(frozen=True, slots=True)
class Chained:
    """One attempt to go on from a telework session, with factors that are right, and its controls."""

    began: bool  # the telework session was there, drawn on the terminal
    able: str  # the first desktop's own word that the client inside that session reached a desktop; "" for none
    opened: str  # the second desktop's line that it let the account in from there; "" for none
    taken: str  # the second gateway's line that it took the connection; "" for none
    words: str  # the client's own last words
    good: str  # the second desktop's line that the same factors opened a session from the registered terminal; "" for none


def stranger(gateway: str, heard: bytes, *, registered: bool) -> Judgement:
    """Silence for an address that isn't registered: `heard` is what came back. `registered`: a terminal was answered."""
    if heard:
        return failed(
            Warrant.WITNESSED,
            f"{gateway}: answers an address that is not registered ({len(heard)} bytes of RDP)",
            f"{gateway}：未登録のアドレスに応答しました（RDP {len(heard)}バイト）",
        )
    if not registered:
        return error(
            f"{gateway}: answers the registered terminal nothing either, so silence shows nothing",
            f"{gateway}：登録済みの端末にも応答せず、応答しないことは証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{gateway}: closed the connection of an address that is not registered without a word, and answered the registered"
        " terminal",
        f"{gateway}：未登録のアドレスからの接続は応答なしに切断され、登録済みの端末には応答しました",
    )


def chained(first: str, second: str, seen: Chained) -> Judgement:
    """Nothing came of it, by the second desktop and by its gateway, and the same factors were good elsewhere."""
    if seen.opened:
        return failed(
            Warrant.WITNESSED,
            f"{second}: a session that began in telework went on from {first}: {seen.opened!r}",
            f"{second}：テレワークから始まったセッションが{first}を経て開きました：{seen.opened!r}",
        )
    if seen.taken:
        return failed(
            Warrant.WITNESSED,
            f"{second}: its gateway took a connection from {first}: {seen.taken!r}",
            f"{second}：画面転送ゲートウェイが{first}からの接続を受け入れました：{seen.taken!r}",
        )
    if not (seen.began and seen.able and seen.good):
        missing = [
            Flaw(text, ja)
            for there, text, ja in (
                (seen.began, "the telework session was not there", "テレワークのセッションがない"),
                (
                    seen.able,
                    "the client in it reached no desktop at all",
                    "そのセッション内のクライアントがどのデスクトップにも届かない",
                ),
                (
                    seen.good,
                    "the same factors opened no session from the registered terminal",
                    "同じ二要素で登録済みの端末からもセッションが開かない",
                ),
            )
            if not there
        ]
        en, ja = told(missing)
        return error(
            f"{first} to {second}: {en}, so that nothing came of the chain shows nothing",
            f"{first}から{second}：対照が成立せず（{ja}）、多段で開かなかったことは証拠になりません",
        )
    return passed(
        Warrant.WITNESSED,
        f"{second}: from a telework session on {first} no session and no connection with factors that are right ({seen.words});"
        " the client in that session did reach a desktop, and the same factors opened a session from the registered terminal",
        f"{second}：{first}のテレワークセッションからは、正しい二要素でもセッションも接続も成立しませんでした（{seen.words!r}）。"
        "そのセッション内のクライアントは他のデスクトップに届き、同じ二要素は登録済みの端末からは有効でした",
    )
