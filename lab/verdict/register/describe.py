"""Sets of packets in words, short enough for one line of a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, summarize_address_range

from lab.verdict.ruleset import Rule
from lab.verdict.ruleset.box import Box
from lab.verdict.ruleset.fields import NEW, PROTOCOLS, STATES, TCP_BITS, Field, everything
from lab.verdict.ruleset.literals import interface, interface_name
from lab.verdict.ruleset.ranges import Ranges

SHOWN = (
    Field.FAMILY, Field.IIF, Field.OIF, Field.SADDR4, Field.SADDR6, Field.DADDR4, Field.DADDR6, Field.PROTOCOL,
    Field.SPORT, Field.DPORT, Field.ICMP_TYPE, Field.ETHER_SADDR, Field.CT_STATE,
)  # fmt: skip
FEW = 3
MANY = 6  # ranges of addresses that are left out of all the others
NETWORKS = 2  # that a range is written as; more say less than its ends
ADDRESSES = {Field.SADDR4, Field.SADDR6, Field.DADDR4, Field.DADDR6}
NAMED = {
    Field.FAMILY: {0: "ipv4", 1: "ipv6", 2: "other family"},
    Field.CT_STATE: {number: name for name, number in STATES.items()},
    Field.PROTOCOL: {number: name for name, number in reversed(PROTOCOLS.items())},
    Field.TCP_FLAGS: {number: name for name, number in TCP_BITS.items()},
}


@dataclass(frozen=True, slots=True)
class _Words:
    """How one language says it. `but`: {} is what is left out."""

    labels: dict[Field, str]
    comma: str
    either: str
    but: str
    every: str
    networks: str  # between the networks of one range


ENGLISH = _Words(
    {
        Field.FAMILY: "", Field.IIF: "in ", Field.OIF: "out ", Field.SADDR4: "from ", Field.SADDR6: "from ",
        Field.DADDR4: "to ", Field.DADDR6: "to ", Field.PROTOCOL: "", Field.SPORT: "source port ", Field.DPORT: "port ",
        Field.ICMP_TYPE: "type ", Field.ETHER_SADDR: "MAC ", Field.CT_STATE: "state ",
    },
    ", ", " or ", "not {}", "any packet", ", ",
)  # fmt: skip
JAPANESE = _Words(
    {
        Field.FAMILY: "", Field.IIF: "受信側 ", Field.OIF: "送出側 ", Field.SADDR4: "送信元 ", Field.SADDR6: "送信元 ",
        Field.DADDR4: "宛先 ", Field.DADDR6: "宛先 ", Field.PROTOCOL: "", Field.SPORT: "送信元ポート ", Field.DPORT: "ポート ",
        Field.ICMP_TYPE: "タイプ ", Field.ETHER_SADDR: "MAC ", Field.CT_STATE: "状態 ",
    },
    "、", " または ", "{} 以外", "すべてのパケット", "・",
)  # fmt: skip


def box_text(box: Box) -> str:
    """The fields that a person needs, in the order of a rule; "any packet" if none is limited."""
    return _told(box, ENGLISH)


def box_text_ja(box: Box) -> str:
    """The same in Japanese."""
    return _told(box, JAPANESE).replace("other family", "他のアドレス体系")


def _told(box: Box, words: _Words) -> str:
    told = {field: box[field] for field in SHOWN if field in box and not _goes_without_saying(field, box[field])}
    texts = (words.labels[field] + _values(field, values, words) for field, values in told.items())
    return words.comma.join(texts) or words.every


def _goes_without_saying(field: Field, values: Ranges) -> bool:
    """Not limited at all, or to what comes in from outside as a new flow."""
    outside = field is Field.IIF and interface("lo") >= everything(field) - values
    return outside or values == everything(field) or (field is Field.CT_STATE and values >= NEW)


def rule_text(rule: Rule | None, chain: str) -> str:
    """The rule as nft lists it, with what finds it again; or the policy."""
    return f"policy of {chain}" if rule is None else str(rule)


def rule_text_ja(rule: Rule | None, chain: str) -> str:
    """The same in Japanese."""
    return f"{chain} の既定動作" if rule is None else str(rule)


def _values(field: Field, values: Ranges, words: _Words) -> str:
    complement = everything(field) - values
    if complement.size < values.size and len(complement.spans) <= (MANY if field in ADDRESSES else FEW):
        return words.but.format(words.either.join(_span(field, low, high, words) for low, high in complement.spans))
    texts = [_span(field, low, high, words) for low, high in values.spans[:FEW]]
    return words.either.join(texts) + (" ..." if len(values.spans) > FEW else "")


def _span(field: Field, low: int, high: int, words: _Words) -> str:
    if field in FORMS:
        return FORMS[field](low, high).replace(", ", words.networks)
    names = NAMED.get(field, {})
    if high - low < (FEW if field in NAMED else 1):
        return words.either.join(names.get(number, str(number)) for number in range(low, high + 1))
    return f"{low}-{high}"


def _four(low: int, high: int) -> str:
    first, last = IPv4Address(low), IPv4Address(high)
    networks = [str(net).removesuffix("/32") for net in summarize_address_range(first, last)]
    return ", ".join(networks) if len(networks) <= NETWORKS else f"{first}-{last}"


def _six(low: int, high: int) -> str:
    first, last = IPv6Address(low), IPv6Address(high)
    networks = [str(net).removesuffix("/128") for net in summarize_address_range(first, last)]
    return ", ".join(networks) if len(networks) <= NETWORKS else f"{first}-{last}"


def _interface(low: int, high: int) -> str:
    return interface_name(low) + ("" if low == high else "...")


def _mac(low: int, high: int) -> str:
    texts = [":".join(f"{byte:02x}" for byte in edge.to_bytes(6, "big")) for edge in dict.fromkeys((low, high))]
    return "-".join(texts)


FORMS: dict[Field, Callable[[int, int], str]] = {
    Field.SADDR4: _four,
    Field.DADDR4: _four,
    Field.SADDR6: _six,
    Field.DADDR6: _six,
    Field.IIF: _interface,
    Field.OIF: _interface,
    Field.ETHER_SADDR: _mac,
}
