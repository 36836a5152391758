"""What taps, clients, daemons and reviews say in a few fixed phrases, in Japanese. Whatever isn't known here stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lab.verdict.words import answer_ja

TROUBLES = {  # why an observation can't be trusted
    r"the tap lost (\d+) frames": "観測で {} フレームを取りこぼし",
    r"the nftables trace of (\S+) ended": "{} のルールの追跡が途中で終了",
    r"the nftables trace of (\S+) lost events": "{} のルールの追跡に取りこぼし",
    r"the ruleset of (\S+) was changed meanwhile": "検査中に {} のルールが変更",
    r"the source's own firewall refused to send": "送信元自身のファイアウォールが送信を拒否",
    r"the source refused to send": "送信元が送信を拒否",
}
STATES = {  # before and after an event
    r"SA (\S+) of charon (\d+)": r"SA \1（charon \2）",
    r"\bno SA\b": "SAなし",
    r"\bstarted at (\S+)": r"\1 に起動",
    r"(\S+) was down (\d+)": r"\1 の断 \2 回",
    r"no connection through the tunnel in between: ?": "その間、トンネル経由の接続なし：",
    r"(\S+) in between": r"その間は \1",
    r"it said something else": "他の応答",
    r", ": "、",
}
RULES = {  # by which a review of logs finds something odd
    r"one certificate on several stations": "複数の端末で使われた証明書",
    r"refused again and again": "繰返しの拒否",
    r"a session that nobody let in": "許可の記録がないセッション",
    r"a line without (.+)": "{} のない記録",
    r"a login past the gateway": "ゲートウェイを経ないログイン",
    r"a terminal at a desktop that is not its own": "割り当てられていないデスクトップへの接続",
    r"one account from several terminals": "複数の端末で使われたアカウント",
    r"a session of more than (\S+) hours": "{} 時間を超えるセッション",
    r"a connection that its desktop tells nothing of": "デスクトップに記録のない接続",
}
FAILURES = {"no connection": "接続不成立", "no answer": "応答なし"}  # of a client; an answer follows


def trouble_ja(text: str) -> str:
    """Why an observation can't be trusted."""
    return _one_of(TROUBLES, text)


def state_ja(text: str) -> str:
    """What was so before or after an event."""
    for pattern, told in STATES.items():
        text = re.sub(pattern, told, text)
    return text


def rules_ja(names: Iterable[str]) -> str:
    """Rules of a review, each once."""
    return "、".join(_one_of(RULES, name) for name in dict.fromkeys(names))


def failure_ja(text: str) -> str:
    """Why a client got nothing: "no connection: refused"."""
    what, mark, answer = text.partition(": ")
    if what not in FAILURES:
        return text
    return FAILURES[what] + (f"（応答：{answer_ja(answer)}）" if mark else "")


def last_ja(lines: Sequence[str]) -> str:
    """The last thing that a program said, in its own words."""
    return repr(lines[-1].strip()) if lines else "記録なし"


def _one_of(table: dict[str, str], text: str) -> str:
    for pattern, told in table.items():
        if match := re.fullmatch(pattern, text):
            return told.format(*(part.replace(", ", "・") for part in match.groups()))
    return text
