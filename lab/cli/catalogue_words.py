"""The fixed words of the catalogue's views, in both languages."""

from __future__ import annotations

from lab.catalogue import Text
from lab.catalogue.words import CARRIED, CARRIED_OVER, CODES, MARKS, NEEDS

__all__ = ["CARRIED", "CARRIED_OVER", "CODES", "MARKS", "NEEDS", "WORDS"]

WORDS: dict[str, Text] = {
    "control": Text(en="control", ja="対策"),
    "tested": Text(en="tested", ja="試験"),
    "title": Text(en="title", ja="名称"),
    "yes": Text(en="yes", ja="あり"),
    "no": Text(en="no", ja="なし"),
    "zones": Text(en="zones", ja="領域"),
    "paths": Text(en="paths", ja="経路"),
    "needs": Text(en="due where the scenario has", ja="対象となる条件"),
    "asks": Text(en="What it asks", ja="求めること"),
    "obligation": Text(en="Obligation per edition", ja="版ごとの位置付け"),
    "basis": Text(en="Read for this catalogue", ja="本カタログが参照した範囲"),
    "evidence": Text(en="How this is known", ja="根拠"),
    "read": Text(en="read", ja="参照範囲"),
    "how": Text(en="How it is tested", ja="試験の方法"),
    "untested": Text(en="It is not tested in this version.", ja="このバージョンのラボでは試験しません。"),
    "breaks": Text(en="What breaks it", ja="不合格になる原因"),
    "limits": Text(en="What the lab can't show", ja="ラボでは示せないこと"),
    "cases": Text(en="Cases", ja="事例"),
    "built": Text(en="built", ja="実装済み"),
    "unbuilt": Text(en="not built", ja="未実装"),
    "more": Text(en="one in full: lab controls {0}", ja="詳細: lab controls {0} --ja"),
}
