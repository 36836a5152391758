"""What a comparison of live rules and register can find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lab.record import Attempt
from lab.verdict.judgement import Judgement
from lab.verdict.ruleset import Rule


class Kind(StrEnum):
    """One sort of difference; `MATCH` is the good news."""

    MATCH = "rules equal register"
    MISSING = "entry without rule"
    NARROWER = "rule narrower than entry"
    UNEXPLAINED = "rule without entry"
    WIDER = "rule wider than entry"
    SOURCE_PORT = "accept by source port"
    POLICY = "policy accept"
    INPUT = "accept into the device"
    ALTERATION = "packets are altered or taken off the path"
    MAC_MISSING = "MAC not checked"
    MAC_AFTER_ESTABLISHED = "MAC not checked in established flows"
    NO_LOG = "drop without log"
    SAMPLED_LOG = "drop not always logged"
    SHADOWED = "rule that never matches"
    DUPLICATE = "rule that stands there twice"
    MISORDERED = "accept above a denial"

    @property
    def ja(self) -> str:
        """The same in Japanese."""
        return JAPANESE[self]


JAPANESE = {
    Kind.MATCH: "台帳との一致",
    Kind.MISSING: "ルールのない登録",
    Kind.NARROWER: "登録より狭いルール",
    Kind.UNEXPLAINED: "登録のないルール",
    Kind.WIDER: "登録より広いルール",
    Kind.SOURCE_PORT: "送信元ポートによる許可",
    Kind.POLICY: "既定動作による許可",
    Kind.INPUT: "装置自身への許可",
    Kind.ALTERATION: "パケットの変換・迂回",
    Kind.MAC_MISSING: "MACアドレスの照合なし",
    Kind.MAC_AFTER_ESTABLISHED: "確立済み通信のMACアドレスの照合なし",
    Kind.NO_LOG: "記録しない破棄",
    Kind.SAMPLED_LOG: "一部しか記録しない破棄",
    Kind.SHADOWED: "一致しえないルール",
    Kind.DUPLICATE: "重複したルール",
    Kind.MISORDERED: "拒否より前にある許可",
}

ORDER = frozenset({Kind.SHADOWED, Kind.DUPLICATE, Kind.MISORDERED})  # nothing that the register could explain


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. `attempt`: the packet that shows it on the wire, to be probed in the same run."""

    kind: Kind
    judgement: Judgement
    rule: Rule | None = None
    flow: str | None = None  # id of the entry concerned
    attempt: Attempt | None = None
