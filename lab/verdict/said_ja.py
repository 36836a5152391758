"""Names that a run gives to what it did and sent, in Japanese. A name that isn't here is told as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

EVENTS = {  # of trains: what happened while they went
    "the same rules are loaded again": "同じルールの再読込み",
    "a file with a syntax error is refused": "構文誤りのあるファイルの読込み拒否",
    "a file that names a missing interface is refused": "存在しないインターフェースを含むファイルの読込み拒否",
    "a file that flushes first and fails in the kernel is refused": "消去後にカーネル内で失敗するファイルの読込み拒否",
    "the log reader is killed": "ログ読取りの強制終了",
    "it starts anew and is wired": "再起動と再配線",
    "sessions that no rule allows are cut": "許可するルールのない通信の切断",
    "its rule is taken out": "ルールの削除",
    "the firewall is closed": "ファイアウォールの閉鎖",
    "keys are made anew": "鍵の更新",
    "the VPN daemon is killed": "VPNデーモンの強制終了",
    "the VPN daemon is stopped and started": "VPNデーモンの停止と再開",
    "the tunnel is closed by hand": "トンネルの手動切断",
    "the tunnel is up": "トンネルの確立中",
    "the network gives another address": "ネットワークによるアドレスの変更",
    "the network gives another address and then IPv6 alone": "ネットワークによるアドレスの変更とIPv6のみへの移行",
    "another card with a better way appears": "より優先される別のインターフェースの出現",
    "the network offers routes past the tunnel": "ネットワークによるトンネル外への経路の配布",
    "the gateway is dead": "VPN装置の無応答",
    "the gateway's daemon is stopped and started": "VPN装置のデーモンの停止と再開",
    "the gateway itself is gone": "VPN装置全体の停止",
    "the SA's lifetime ends and rekeying is blocked": "鍵の期限切れ（鍵の更新を妨害）",
    "the home router is down": "自宅ルータの停止",
}
LINKS = {  # the same, of one interface
    r"the link (\S+) goes down and up": "リンク {} の断と復旧",
    r"the interface (\S+) comes up under another name": "インターフェース {} の別名での出現",
}
REQUESTS = {  # to join a wireless network
    "802.1X with protected management frames": "管理フレーム保護ありの802.1X",
    "802.1X with SHA-1 (WPA2)": "SHA-1の802.1X（WPA2）",
    "no protected management frames": "管理フレーム保護なし",
    "the AKM of 128 bits": "128ビットのAKM",
    "CCMP-128 for the group": "グループ暗号CCMP-128",
}
FRAMES = {  # that one station sends another, and that a wired host does
    "IPv4 to its address": "IPv4（相手宛て）",
    "IPv6 to its address": "IPv6（相手宛て）",
    "IPv4 to everybody": "IPv4（全端末宛て）",
    "mDNS over IPv6": "IPv6のmDNS",
    "neighbour solicitation": "近隣要請",
    "to its address": "相手宛て",
    "to everybody": "全端末宛て",
    "to all IPv6 nodes": "IPv6の全ノード宛て",
}


def event_ja(what: str) -> str:
    """An event's name."""
    for pattern, told in LINKS.items():
        if match := re.fullmatch(pattern, what):
            return told.format(match[1])
    return EVENTS.get(what, what)


def request_ja(name: str) -> str:
    """What a station asked for."""
    return REQUESTS.get(name, name)


def frames_ja(names: Iterable[str]) -> str:
    """Kinds of frames, as a list; "" for none."""
    return "、".join(FRAMES.get(name, name) for name in names)
