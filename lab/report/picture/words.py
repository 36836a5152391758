"""The picture's fixed words in both languages, and the colour of each place."""

from __future__ import annotations

from collections.abc import Callable

from lab.catalogue import Text

Say = Callable[[Text], str]

PLACES: dict[str, Text] = {
    "mn": Text(en="My Number zone", ja="マイナンバー利用事務系"),
    "lg": Text(en="LGWAN zone", ja="LGWAN接続系"),
    "in": Text(en="Internet zone", ja="インターネット接続系"),
    "peer-1": Text(en="peer of specific communication, type 1", ja="特定通信の相手先（1類型）"),
    "peer-2": Text(en="peer of specific communication, type 2", ja="特定通信の相手先（2類型）"),
    "govcloud": Text(en="Government Cloud", ja="ガバメントクラウド"),
    "lgwan": Text(en="LGWAN", ja="LGWAN"),
    "sc": Text(en="Security cloud", ja="自治体情報セキュリティクラウド"),
    "internet": Text(en="Internet", ja="インターネット"),
    "guest": Text(en="Guests", ja="来庁者用"),
    "vpnz": Text(en="Telework entry (VPN)", ja="テレワーク接続（VPN）"),
    "home": Text(en="Telework terminals in the VPN", ja="テレワーク端末（VPN内）"),
    "house": Text(en="A home", ja="自宅"),
    "mgmt": Text(en="Management", ja="管理領域"),
    "backup": Text(en="Backup", ja="バックアップ"),
    "other": Text(en="other zone", ja="その他の領域"),
}
OWN_NAME = frozenset({"peer-1", "peer-2", "other"})  # several zones are such a place: the zone's own name says more
OUTSIDE = frozenset({"peer-1", "peer-2", "govcloud", "lgwan", "sc", "internet", "house"})  # beyond the body's own walls
COLOURS: dict[str, tuple[str, str]] = {  # place -> ground, edge
    "mn": ("#fdeaea", "#b4232f"),
    "lg": ("#e7f0fd", "#1f5fae"),
    "in": ("#e8f6ea", "#2b7a3b"),
    "peer-1": ("#f8eefb", "#7b3f98"),
    "peer-2": ("#f8eefb", "#7b3f98"),
    "govcloud": ("#e6f6f8", "#14707f"),
    "lgwan": ("#eceffb", "#3f4fa3"),
    "sc": ("#eef6e4", "#53781d"),
    "internet": ("#f0f1f3", "#5b6470"),
    "guest": ("#fdf4e3", "#96660f"),
    "vpnz": ("#f3f0fa", "#5d4a9c"),
    "home": ("#faf1ea", "#94501f"),
    "house": ("#f5f0ea", "#7a5a36"),
    "mgmt": ("#f4f1ec", "#6e5f47"),
    "backup": ("#fbeff3", "#96416b"),
}
MORE_COLOURS = (("#f3f0fa", "#5d4a9c"), ("#e9f5f1", "#1f6f5c"), ("#faf1ea", "#94501f"), ("#eef3f7", "#3c6382"))
FLOWS: dict[str, str] = {"register": "#c2185b", "catalogue": "#0b6e99", "infrastructure": "#6b7280"}
DASHES: dict[str, str] = {"register": "", "catalogue": "7 3", "infrastructure": "2 3"}
ORIGINS: dict[str, Text] = {
    "register": Text(en="registered specific communication", ja="台帳に登録した特定通信"),
    "catalogue": Text(en="opened by the catalogue", ja="カタログが許可する通信"),
    "infrastructure": Text(en="the lab's infrastructure", ja="ラボの基盤通信"),
}
HEADING = Text(
    en="Scenario {scenario}: edition {edition}, {model}; {hosts} hosts, {zones} zones, {flows} allowed flows",
    ja="シナリオ {scenario}：{edition}版、{model}、ホスト{hosts}台、領域{zones}、許可通信{flows}件",
)
STUDY = Text(
    en="A study of what the guideline excludes ({title}), not conformance. ",
    ja="ガイドラインの対象外についての検討用の評価（{title}）。適合を示すものではありません。",
)
STUDY_COLOUR = "#b3261e"
DENIED = Text(
    en="Arrows are the allowed flows, in the direction that opens them. What has no arrow is denied.",
    ja="矢印は許可された通信（開始方向）。矢印のない通信は拒否される。",
)
BEYOND = Text(en="outside the municipality", ja="庁外")
WITHIN = Text(en="inside the municipality", ja="庁内")
CABLE = Text(en="segment and link", ja="セグメントと回線")
BY_RADIO = Text(en="wireless LAN", ja="無線LAN")
WALL = Text(en="firewall or router", ja="ファイアウォール・ルータ")
GROUP = Text(en="{first} and {more} more", ja="{first} ほか{more}台")
UNDRAWN = Text(en="allowed, not drawn: {0}", ja="図示しない許可通信：{0}")
MORE = Text(en="… and {count} more", ja="ほか{count}件")


def speaker(lang: str) -> Say:
    """Say texts in that language."""
    return (lambda text: text.ja) if lang == "ja" else (lambda text: text.en)
