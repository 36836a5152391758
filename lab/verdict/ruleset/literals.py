"""Right-hand sides of `nft -j`: addresses, prefixes, ranges, names and sets, turned into ranges of one field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from lab.verdict.ruleset.fields import (
    ADDRESS_KINDS,
    ICMP_CODES,
    ICMP_TYPES,
    ICMPV6_CODES,
    ICMPV6_TYPES,
    PACKET_TYPES,
    PROTOCOLS,
    STATES,
    TCP_BITS,
    Field,
    everything,
)
from lab.verdict.ruleset.ranges import Ranges

Json = Any  # nft's JSON has no schema that a type could follow
Named = Mapping[str, int]
NAMES: dict[Field, Named] = {
    Field.PROTOCOL: PROTOCOLS,
    Field.CT_STATE: STATES,
    Field.TCP_FLAGS: TCP_BITS,
    Field.DESTINATION_KIND: ADDRESS_KINDS,
    Field.SOURCE_KIND: ADDRESS_KINDS,
    Field.PACKET_TYPE: PACKET_TYPES,
    Field.CT_DIRECTION: {"original": 0, "reply": 1},
    Field.FAMILY: {"ipv4": 0, "ipv6": 1, "ip": 0, "ip6": 1, "arp": 2},
    Field.REVERSE_PATH: {"missing": 0, "exists": 1},
}
ICMP_NAMES: dict[tuple[Field, str], Named] = {
    (Field.ICMP_TYPE, "icmp"): ICMP_TYPES,
    (Field.ICMP_TYPE, "icmpv6"): ICMPV6_TYPES,
    (Field.ICMP_CODE, "icmp"): ICMP_CODES,
    (Field.ICMP_CODE, "icmpv6"): ICMPV6_CODES,
}


class NotUnderstood(Exception):  # noqa: N818 - it says what it is
    """This expression is new to the reader; the caller knows which rule it stands in."""


def interface(name: str) -> Ranges:
    """An interface name, or a pattern ending in `*`: names are compared by their sixteen bytes."""
    stem = name.removesuffix("*").encode()
    low = int.from_bytes(stem.ljust(16, b"\0"), "big")
    high = int.from_bytes(stem.ljust(16, b"\xff"), "big") if name.endswith("*") else low
    return Ranges.of([(low, high)])


def interface_name(value: int) -> str:
    """The name that stands behind a member of an interface field."""
    return value.to_bytes(16, "big").rstrip(b"\0").decode("ascii", "replace")


def mac(text: str) -> int:
    """A MAC address as an integer."""
    return int(text.replace(":", ""), 16)


def scalar(field: Field, value: object, protocol: str = "") -> int:
    """One value of a field as an integer. NotUnderstood if nft writes it in a way that is new here."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if not isinstance(value, str):
        raise NotUnderstood(f"the value {value!r} of {field}")
    names = ICMP_NAMES.get((field, protocol), NAMES.get(field, {}))
    if value in names:
        return names[value]
    try:
        if field in {Field.SADDR4, Field.DADDR4, Field.SADDR6, Field.DADDR6}:
            return int(ip_address(value))
        if field in {Field.ETHER_SADDR, Field.ETHER_DADDR}:
            return mac(value)
        return int(value, 0)
    except ValueError:
        raise NotUnderstood(f"the value {value!r} of {field}") from None


def values(field: Field, value: Json, protocol: str = "") -> Ranges:
    """A literal, prefix, range, list or anonymous set of one field."""
    if isinstance(value, list):
        return _union(value, lambda item: values(field, item, protocol))
    if isinstance(value, dict):
        return _structured(field, value, protocol)
    if value == "*":
        return everything(field)
    if field in {Field.IIF, Field.OIF}:
        return interface(str(value))
    return Ranges.single(scalar(field, value, protocol))


def _structured(field: Field, value: Mapping[str, Json], protocol: str) -> Ranges:
    if "set" in value:
        return values(field, value["set"], protocol)
    if "elem" in value:
        return values(field, value["elem"]["val"], protocol)
    if "prefix" in value:
        return _prefix(field, value["prefix"])
    if "range" in value:
        low, high = value["range"]
        return Ranges.of([(scalar(field, low, protocol), scalar(field, high, protocol))])
    raise NotUnderstood(f"the value {value!r} of {field}")


def _prefix(field: Field, prefix: Mapping[str, Json]) -> Ranges:
    try:
        network = ip_network(f"{prefix['addr']}/{prefix['len']}", strict=False)
    except ValueError:
        raise NotUnderstood(f"the prefix {prefix!r} of {field}") from None
    return Ranges.of([(int(network.network_address), int(network.broadcast_address))])


def _union(items: list[Json], read: Callable[[Any], Ranges]) -> Ranges:
    return Ranges.of(span for item in items for span in read(item).spans)
