"""The fixed words of the catalogue's views, in both languages."""

from __future__ import annotations

from lab.catalogue import Code, Mark, Text

CARRIED_OVER = "(=)"

CODES: dict[Code, Text] = {
    Code.REQUIRED: Text(en="required", ja="必須"),
    Code.RECOMMENDED: Text(en="recommended", ja="推奨"),
    Code.PROHIBITED: Text(en="prohibited", ja="禁止"),
    Code.CONDITION: Text(en="permitted under conditions", ja="条件付きで可"),
    Code.INFERRED: Text(
        en="follows from a requirement, is not a sentence of the guideline", ja="要求から導かれる。条文ではない"
    ),
    Code.LAB: Text(
        en="the lab's own baseline: no municipal obligation was found", ja="ラボ独自の基準。自治体の義務は見つからない"
    ),
    Code.UNKNOWN: Text(en="not known: that edition's text could not be read", ja="不明。その版の本文を読めていない"),
    Code.ABSENT: Text(en="the option did not exist in that edition", ja="その版には存在しない選択肢"),
}
CARRIED: Text = Text(
    en="carried over: inferred, because that edition's list of changes does not mention the subject",
    ja="引継ぎ。その版の改定一覧に記載がないことからの推定",
)
MARKS: dict[Mark, Text] = {
    Mark.READ: Text(en="read in the source itself", ja="原典で確認"),
    Mark.READ_2: Text(en="read in a source that describes or quotes it", ja="二次資料で確認"),
    Mark.KNOW: Text(
        en="general knowledge of a public standard, not read again", ja="公開標準の一般知識。再読していない"
    ),
    Mark.INFER: Text(en="engineering inference", ja="技術的な推論"),
    Mark.LAB: Text(en="the lab's own choice", ja="ラボ独自の選択"),
}
NEEDS: dict[str, Text] = {
    "register": Text(en="an entry in the register", ja="台帳の登録"),
    "mac": Text(en="an entry bound to a MAC address", ja="MACアドレスで限定した登録"),
}
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
    "read": Text(en="read", ja="閲読"),
    "how": Text(en="How it is tested", ja="試験の方法"),
    "untested": Text(en="It is not tested in this version.", ja="この版では試験しません。"),
    "breaks": Text(en="What breaks it", ja="破れる原因"),
    "limits": Text(en="What the lab can't show", ja="ラボでは示せないこと"),
    "cases": Text(en="Cases", ja="事例"),
    "built": Text(en="built", ja="実装済み"),
    "unbuilt": Text(en="not built", ja="未実装"),
    "more": Text(en="one in full: lab controls {0}", ja="詳細: lab controls {0} --ja"),
}
