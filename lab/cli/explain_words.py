"""The fixed words of `lab explain`, in both languages."""

from __future__ import annotations

from lab.catalogue import Text

WORDS: dict[str, Text] = {
    "asks": Text(en="What it asks", ja="求めること"),
    "edition": Text(en="edition {0}", ja="{0}版"),
    "how": Text(en="How it is tested", ja="試験の方法"),
    "untested": Text(en="It is not tested in this version.", ja="この版では試験しません。"),
    "seen": Text(en="What was seen", ja="確認したこと"),
    "unseen": Text(en="No evidence of it was found: nothing is known.", ja="証拠が見つからないため、結果は不明です。"),
    "silent": Text(en="This run says nothing of it.", ja="この検証には本対策の結果がありません。"),
    "overdue": Text(
        en="It was due and got no verdict: an error, never a pass.",
        ja="対象でしたが判定がありません。合格ではなくエラーです。",
    ),
    "run": Text(
        en="{evidence}: lab {lab}, scenario {scenario}, {ended}",
        ja="{evidence}：ラボ{lab}、シナリオ{scenario}、{ended}",
    ),
    "subset": Text(en="a subset was run", ja="一部のみ実行"),
    "checks": Text(en="{0} checks", ja="判定{0}件"),
    "problem": Text(en="the run as a whole: {0}", ja="検証全体の問題：{0}"),
    "stale": Text(en="stale", ja="古い結果"),
    "left_out": Text(en="left out of this run: {0}", ja="この検証で省いた試験：{0}"),
    "example": Text(en="for example", ja="例"),
    "fault": Text(en="At fault", ja="原因の箇所"),
    "rule": Text(en="{host}, rule of {chain}", ja="{host}の規則（{chain}）"),
    "policy": Text(en="{host}, policy of {chain}", ja="{host}の既定方針（{chain}）"),
    "file": Text(en="{host}, changed file", ja="{host}の変更されたファイル"),
    "gone": Text(en="{host}, file that is gone", ja="{host}の失われたファイル"),
    "stranger": Text(en="{host}, file that nobody delivered", ja="{host}の配付していないファイル"),
    "is": Text(en="is", ja="現状"),
    "was": Text(en="delivered", ja="配付時"),
    "made_by": Text(en="made by {0}", ja="生成元：{0}"),
    "told_by": Text(en="found in the same run by {0}", ja="同じ検証の{0}が検出"),
    "entry": Text(en="carries the id {id}", ja="id {id} を持つ"),
    "owner": Text(en="owner {owner}, until {expires}", ja="所管 {owner}、期限 {expires}"),
    "nobody": Text(en="carries the id of no register entry", ja="台帳のidを持たない"),
    "no_place": Text(en="no rule or file could be named", ja="規則・ファイルは特定できない"),
    "concerns": Text(en="checks: {0}", ja="該当する判定：{0}件"),
    "more": Text(en="and {0} more (--json has them all)", ja="ほか{0}件（--jsonで全件）"),
    "way": Text(en="the packet's way ({0}): {1}", ja="パケットの経路（{0}）：{1}"),
    "leaves": Text(en="leaves", ja="発"),
    "reaches": Text(en="reaches", ja="着"),
    "intruder": Text(en="sent by an intruder on {0}", ja="{0}上の侵入者が送信"),
    "answer": Text(en="answer: {0}", ja="応答：{0}"),
    "reference": Text(en="What the reference does", ja="標準構成での実装"),
    "next": Text(en="What to do next", ja="次に行うこと"),
    "limits": Text(en="what the lab can't show: lab controls {0}", ja="ラボで示せないこと：lab controls {0} --ja"),
}
