"""What is odd about a crafted packet, in a few words of both languages."""

from __future__ import annotations

from lab.plan import Family
from lab.record import Craft, Shape

OPTIONS = {7: "record route", 68: "timestamp", 131: "loose source route", 137: "strict source route"}
FLAGS = ((0x02, "SYN"), (0x10, "ACK"), (0x01, "FIN"), (0x04, "RST"), (0x08, "PSH"), (0x20, "URG"))
ERRORS = {
    Family.IPV4: {3: "destination unreachable", 5: "redirect", 11: "time exceeded", 12: "parameter problem"},
    Family.IPV6: {1: "destination unreachable", 2: "packet too big", 3: "time exceeded", 137: "redirect"},
}
TOO_BIG = (3, 4)  # IPv4 says it as a kind of unreachable
PLAIN = {
    Shape.INSIDE: ("a segment within a running connection", "確立済み接続の中のセグメント"),
    Shape.PIECES: ("in fragments", "フラグメント化"),
    Shape.TINY: ("in fragments, the first of 8 bytes", "先頭が8バイトのフラグメント"),
    Shape.OVERLAP: ("in overlapping fragments that change the port", "ポートを書き換える重複フラグメント"),
    Shape.HOLE: ("in fragments without the middle one", "中間の欠けたフラグメント"),
    Shape.FIRST: ("the first fragment alone", "先頭のフラグメントのみ"),
    Shape.LAST: ("the last fragment alone", "末尾のフラグメントのみ"),
    Shape.ATOMIC: ("an atomic fragment", "単独フラグメント（atomic fragment）"),
    Shape.HIDDEN: ("in fragments, the port in the second", "ポートが2番目にあるフラグメント"),
}


def craft_text(craft: Craft, family: Family) -> str:
    """In English; "" for a packet that is sound in itself."""
    if craft.shape in PLAIN:
        return PLAIN[craft.shape][0]
    number, inner = craft.number, craft.inner
    ends = f"{inner.source} -> {inner.destination}" if inner else ""
    return {
        Shape.PROTOCOL: f"IP protocol {number}",
        Shape.TUNNEL: f"IP protocol {number} around udp {ends}",
        Shape.OPTION: f"IPv4 option {OPTIONS.get(number, number)}" + (f" on to {inner.destination}" if inner else ""),
        Shape.ROUTING: f"routing header of type {number}" + (f" on to {inner.destination}" if inner else ""),
        Shape.FLAGS: f"flags {flags(number)}",
        Shape.ERROR: f"ICMP {error_name(number, family)} about {ends}",
        Shape.CHAIN: f"behind {number} extension headers",
    }.get(craft.shape, "")


def craft_text_ja(craft: Craft, family: Family) -> str:
    """In Japanese."""
    if craft.shape in PLAIN:
        return PLAIN[craft.shape][1]
    number, inner = craft.number, craft.inner
    ends = f"{inner.source} -> {inner.destination}" if inner else ""
    via = f"（次は {inner.destination}）" if inner else ""
    return {
        Shape.PROTOCOL: f"IPプロトコル番号 {number}",
        Shape.TUNNEL: f"IPプロトコル番号 {number}、内側 UDP {ends}",
        Shape.OPTION: f"IPv4オプション {OPTIONS.get(number, number)}{via}",
        Shape.ROUTING: f"ルーティングヘッダ タイプ {number}{via}",
        Shape.FLAGS: f"フラグ {flags(number) if number else 'なし'}",
        Shape.ERROR: f"{ends} に関するICMP {error_name(number, family)}",
        Shape.CHAIN: f"拡張ヘッダ {number} 個の後ろ",
    }.get(craft.shape, "")


def flags(number: int) -> str:
    """SYN+FIN, or none."""
    return "+".join(name for bit, name in FLAGS if number & bit) or "none"


def error_name(number: int, family: Family) -> str:
    """The error by its name, with type and code."""
    kind, code = divmod(number, 256)
    name = "packet too big" if (kind, code) == TOO_BIG and family is Family.IPV4 else ERRORS[family].get(kind, "")
    return f"{name} ({kind}/{code})".strip()
