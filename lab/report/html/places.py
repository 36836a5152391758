"""What zones and the catalogue's places are called in the report."""

from __future__ import annotations

from lab.catalogue import Text
from lab.plan import Plan

PLACES: dict[str, Text] = {
    "mn": Text(en="My Number", ja="マイナンバー利用事務系"),
    "lg": Text(en="LGWAN side", ja="LGWAN接続系"),
    "in": Text(en="Internet side", ja="インターネット接続系"),
    "peer-1": Text(en="specific-communication peer, type 1", ja="特定通信①の相手先"),
    "peer-2": Text(en="specific-communication relay, type 2", ja="特定通信②の中継"),
    "govcloud": Text(en="Government Cloud", ja="ガバメントクラウド"),
    "lgwan": Text(en="LGWAN", ja="LGWAN"),
    "sc": Text(en="security cloud", ja="自治体情報セキュリティクラウド"),
    "internet": Text(en="Internet", ja="インターネット"),
    "guest": Text(en="guest line", ja="来庁者用回線"),
    "vpnz": Text(en="telework entry (VPN)", ja="テレワーク接続（VPN）"),
    "home": Text(en="telework terminals in the VPN", ja="テレワーク端末（VPN内）"),
    "house": Text(en="a home", ja="自宅"),
    "mgmt": Text(en="management", ja="管理領域"),
    "backup": Text(en="backup", ja="バックアップ"),
    "other": Text(en="other", ja="その他"),
    "firewall": Text(en="firewalls", ja="ファイアウォール"),
    "router": Text(en="routers", ja="ルータ"),
    "elsewhere": Text(en="addresses nobody has", ja="誰も持たないアドレス"),
    "all": Text(en="every zone", ja="全領域"),
    "PKI": Text(en="certification authorities", ja="認証局"),
}


def place_title(place: str, language: str) -> str:
    """The name of a place of the catalogue; the id itself if it has none."""
    text = PLACES.get(place)
    return place if text is None else getattr(text, language)


def zone_title(plan: Plan, zone: str, language: str) -> str:
    """The name of a zone: its own title in Japanese, what it is for the guideline in English, where it has no title."""
    here = next((one for one in plan.zones if one.name == zone), None)
    if here is None:
        return place_title(zone, language)
    return here.title if language == "ja" else place_title(here.place, language)
