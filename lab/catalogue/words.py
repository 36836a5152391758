"""What the catalogue's codes and marks mean, in both languages."""

from __future__ import annotations

from lab.catalogue.model import Code, Mark, Text

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
