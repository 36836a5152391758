"""Why a rule drops a packet, told from what it matches and never from its comment."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lab.verdict.ruleset.fields import EXTENSIONS, OPTIONS, STATES, TCP_BITS, Field, everything
from lab.verdict.ruleset.model import Condition, Rule, Unsure, VerdictMap
from lab.verdict.ruleset.ranges import Ranges


class Purpose(StrEnum):
    """What a packet has to be for such a drop to hit it."""

    DEFAULT_DENY = "default deny"  # nothing: it hits whatever got there
    EXPLICIT_DENY = "explicit deny"  # of these interfaces, addresses, protocol, ports
    INVALID = "invalid state"
    STATE = "connection state"
    ANTI_SPOOFING = "anti-spoofing"
    IMPOSSIBLE_SOURCE = (
        "rule against impossible sources"  # of addresses that no packet can come from (RFC 6890, RFC 4291)
    )
    MAC_BINDING = "MAC binding"
    TTL = "TTL"
    OVERLOAD = "rate, quota or full table"
    SHAPE = "shape of the packet"


JAPANESE = {
    Purpose.DEFAULT_DENY: "既定拒否",
    Purpose.EXPLICIT_DENY: "明示的な拒否",
    Purpose.INVALID: "不正な接続状態の破棄",
    Purpose.STATE: "接続状態による破棄",
    Purpose.ANTI_SPOOFING: "送信元詐称対策",
    Purpose.IMPOSSIBLE_SOURCE: "ありえない送信元の破棄",
    Purpose.MAC_BINDING: "MACアドレスとIPアドレスの照合",
    Purpose.TTL: "TTLによる破棄",
    Purpose.OVERLOAD: "流量制限・ステートテーブルの上限",
    Purpose.SHAPE: "不正な形式のパケットとして破棄",
}
NEW, ANY = STATES["new"], everything(Field.CT_STATE)
OVERLOADS = ("limit", "quota", "ct count", "connlimit", "add @", "update @", "numgen")
ZONES = {Field.IIF, Field.OIF, Field.FAMILY}
SOURCES = {Field.SADDR4, Field.SADDR6}
TARGETS = {Field.OIF, Field.DADDR4, Field.DADDR6, Field.PROTOCOL, Field.DPORT, Field.ICMP_TYPE}
IMPOSSIBLE = {  # "this network", loopback, link-local, multicast and reserved; in IPv6 all but global and unique local unicast
    Field.SADDR4: Ranges.of([
        (0, 0x00FFFFFF), (0x7F000000, 0x7FFFFFFF), (0xA9FE0000, 0xA9FEFFFF), (0xE0000000, 0xFFFFFFFF),
    ]),
    Field.SADDR6: Ranges.of([(0, (0x2000 << 112) - 1), (0x4000 << 112, (0xFC00 << 112) - 1), (0xFE00 << 112, 2**128 - 1)]),
}  # fmt: skip
SPECIAL = {
    Field.REVERSE_PATH: Purpose.ANTI_SPOOFING,
    Field.ETHER_SADDR: Purpose.MAC_BINDING,
    Field.HOP_LIMIT: Purpose.TTL,
    Field.FRAGMENT: Purpose.SHAPE,
    Field.PACKET_TYPE: Purpose.SHAPE,
    Field.ICMP_CODE: Purpose.SHAPE,
    Field.ETHER_DADDR: Purpose.SHAPE,
    Field.MARK: Purpose.SHAPE,
    Field.CT_MARK: Purpose.STATE,
    Field.CT_DIRECTION: Purpose.STATE,
    Field.DESTINATION_KIND: Purpose.SHAPE,
    Field.SOURCE_KIND: Purpose.ANTI_SPOOFING,
    Field.HEADER_WORDS: Purpose.SHAPE,
    **dict.fromkeys((*OPTIONS.values(), *EXTENSIONS.values()), Purpose.SHAPE),
}


def purpose(rule: Rule, led_by: Iterable[Rule] = ()) -> Purpose:
    """Why `rule` drops. `led_by`: the rules whose jumps led the packet to its chain."""
    own, before = _conditions([rule]), _conditions(led_by)
    if any(_impossible(each) for each in (*before, *own)):
        return Purpose.IMPOSSIBLE_SOURCE
    special = [found for each in (*before, *own) if (found := _special(each)) is not None]
    if special:
        return special[0]
    used = {field for each in (*before, *own) if isinstance(each, Condition) for field in _fields(each)}
    negated_source = any(e.negated and _fields(e) & SOURCES for e in (*before, *own) if isinstance(e, Condition))
    if used & SOURCES and (negated_source or not used & TARGETS):
        return Purpose.ANTI_SPOOFING  # a filter of sources, whatever they want to reach
    if not own and used <= ZONES:
        return Purpose.DEFAULT_DENY  # the end of the chain that a pair of zones was sent to
    return Purpose.EXPLICIT_DENY


def _conditions(rules: Iterable[Rule]) -> list[Condition | Unsure]:
    found: list[Condition | Unsure] = []
    for rule in rules:
        for statement in rule.statements:
            if isinstance(statement, Condition | Unsure):
                found.append(statement)
            elif isinstance(statement, VerdictMap):
                boxes = tuple(box for keys, _ in statement.entries for box in keys)
                found.append(Unsure(statement.text) if statement.unsure else Condition(statement.text, boxes))
    return found


def _fields(condition: Condition) -> set[Field]:
    return {field for box in condition.boxes for field in box}


def _impossible(condition: Condition | Unsure) -> bool:
    """It holds for sources alone that no packet can have, whatever routes there are."""
    return isinstance(condition, Condition) and any(
        bool(condition.boxes) and all(field in box and box[field] <= ranges for box in condition.boxes)
        for field, ranges in IMPOSSIBLE.items()
    )


def _special(condition: Condition | Unsure) -> Purpose | None:
    """The purpose that one condition alone settles."""
    if isinstance(condition, Unsure):
        if condition.text.startswith("fib"):
            return Purpose.ANTI_SPOOFING
        volatile = condition.text.startswith(OVERLOADS) or "@" in condition.text
        return Purpose.OVERLOAD if volatile else Purpose.SHAPE
    fields = _fields(condition)
    if Field.CT_STATE in fields and not any(NEW in b.get(Field.CT_STATE, ANY) for b in condition.boxes):
        invalid = any(STATES["invalid"] in box[Field.CT_STATE] for box in condition.boxes)
        return Purpose.INVALID if invalid else Purpose.STATE
    if Field.TCP_FLAGS in fields and not any(TCP_BITS["syn"] in b.get(Field.TCP_FLAGS, ()) for b in condition.boxes):
        return Purpose.SHAPE
    return next((why for field, why in SPECIAL.items() if field in fields), None)
