"""Left-hand sides of `nft -j`: which field of the packet an expression looks at, and what looking at it implies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.verdict.ruleset.box import ALL, Box
from lab.verdict.ruleset.fields import EXTENSIONS, IPV4, IPV6, OPTIONS, OTHER_FAMILY, PROTOCOLS, Field
from lab.verdict.ruleset.literals import Json, NotUnderstood, scalar
from lab.verdict.ruleset.ranges import Ranges


@dataclass(frozen=True, slots=True)
class Selector:
    """`field` None: understood, but not a matter of headers that the reader models; the rule may or may not match."""

    field: Field | None
    text: str
    implied: Box
    protocol: str = ""  # "icmp" and "icmpv6" name their types differently
    mask: int | None = None


PORTS = {"sport": Field.SPORT, "dport": Field.DPORT}
PAYLOAD: dict[str, dict[str, Field]] = {
    "ip": {"saddr": Field.SADDR4, "daddr": Field.DADDR4, "protocol": Field.PROTOCOL, "ttl": Field.HOP_LIMIT,
           "frag-off": Field.FRAGMENT, "hdrlength": Field.HEADER_WORDS},
    "ip6": {"saddr": Field.SADDR6, "daddr": Field.DADDR6, "nexthdr": Field.PROTOCOL, "hoplimit": Field.HOP_LIMIT},
    "ether": {"saddr": Field.ETHER_SADDR, "daddr": Field.ETHER_DADDR, "type": Field.FAMILY},
    "tcp": {**PORTS, "flags": Field.TCP_FLAGS},
    "udp": PORTS, "sctp": PORTS, "dccp": PORTS, "udplite": PORTS, "th": PORTS,
    "icmp": {"type": Field.ICMP_TYPE, "code": Field.ICMP_CODE},
    "icmpv6": {"type": Field.ICMP_TYPE, "code": Field.ICMP_CODE},
}  # fmt: skip
META = {
    "iif": Field.IIF,
    "iifname": Field.IIF,
    "oif": Field.OIF,
    "oifname": Field.OIF,
    "l4proto": Field.PROTOCOL,
    "nfproto": Field.FAMILY,
    "protocol": Field.FAMILY,
    "mark": Field.MARK,
    "pkttype": Field.PACKET_TYPE,
}
CT = {"state": Field.CT_STATE, "direction": Field.CT_DIRECTION, "mark": Field.CT_MARK}
# Understood, but no matter of the headers modelled here.
VAGUE: dict[str, frozenset[str]] = {
    "meta": frozenset({
        "length", "priority", "random", "cpu", "cgroup", "skuid", "skgid", "rtclassid", "iiftype", "oiftype",
        "iifgroup", "oifgroup", "iifkind", "oifkind", "ibrname", "obrname", "hour", "day", "time", "secpath", "sdif",
        "sdifname", "broute", "ibrpvid", "ibrvproto",
    }),
    "ct": frozenset({
        "status", "zone", "helper", "label", "expiration", "bytes", "packets", "avgpkt", "id", "count", "event",
        "saddr", "daddr", "ip saddr", "ip daddr", "ip6 saddr", "ip6 daddr", "l3proto", "protocol", "proto-src",
        "proto-dst", "eventmask", "secmark", "timeout",
    }),
    "ip": frozenset({"version", "dscp", "ecn", "length", "id", "checksum"}),
    "ip6": frozenset({"version", "dscp", "ecn", "flowlabel", "length"}),
    "tcp": frozenset({"sequence", "ackseq", "doff", "reserved", "window", "checksum", "urgptr"}),
    "udp": frozenset({"length", "checksum"}),
    "icmp": frozenset({"checksum", "id", "sequence", "mtu", "gateway"}),
    "icmpv6": frozenset({"checksum", "id", "sequence", "mtu", "parameter-problem", "packet-too-big", "max-delay",
                         "taddr", "daddr"}),
    "vlan": frozenset({"id", "dei", "cfi", "pcp", "type"}),
    "arp": frozenset({"htype", "ptype", "hlen", "plen", "operation", "saddr ether", "daddr ether", "saddr ip",
                      "daddr ip"}),
    "ah": frozenset({"nexthdr", "hdrlength", "reserved", "spi", "sequence"}),
    "esp": frozenset({"spi", "sequence"}), "comp": frozenset({"nexthdr", "flags", "cpi"}),
    "sctp": frozenset({"vtag", "checksum"}), "dccp": frozenset({"type"}), "udplite": frozenset({"checksum"}),
    "igmp": frozenset({"type", "mrt", "checksum", "group"}),
}  # fmt: skip
VAGUE_EXPRESSIONS = frozenset({
    "tcp option", "sctp chunk", "dccp option", "numgen", "jhash", "symhash", "socket", "osf",
    "ipsec", "rt", "|", "^", "<<", ">>",
})  # fmt: skip


def selector(left: Json) -> Selector:
    """What `left` looks at. NotUnderstood if that is new to the reader."""
    if not isinstance(left, dict) or len(left) != 1:
        raise NotUnderstood(f"the expression {left!r}")
    ((kind, body),) = left.items()
    if kind == "payload":
        return _payload(body)
    if kind in {"meta", "ct"}:
        return _keyed(kind, body["key"])
    if kind == "fib":
        return _fib(body)
    if kind == "&":
        return _masked(body)
    if kind in {"ip option", "exthdr"}:
        return _header(kind, body)
    if kind in VAGUE_EXPRESSIONS:
        return Selector(None, kind, ALL)
    raise NotUnderstood(f"the expression {kind!r}")


def _payload(body: Mapping[str, Json]) -> Selector:
    if "base" in body:
        return Selector(None, f"@{body['base']},{body['offset']},{body['len']}", ALL)
    protocol, name = body["protocol"], body["field"]
    text, implied = f"{protocol} {name}", _implied(protocol)
    if found := PAYLOAD.get(protocol, {}).get(name):
        return Selector(found, text, implied, protocol)
    if name in VAGUE.get(protocol, ()):
        return Selector(None, text, implied)
    raise NotUnderstood(f"the header field {text!r}")


def _header(kind: str, body: Mapping[str, Json]) -> Selector:
    """An IPv4 option or IPv6 extension header: whether it is there; what stands in it is not modelled."""
    known, implied = (OPTIONS, _implied("ip")) if kind == "ip option" else (EXTENSIONS, _implied("ip6"))
    text = f"{kind} {body['name']}"
    if "field" in body:
        return Selector(None, f"{text} {body['field']}", implied)
    if (field := known.get(body["name"])) is None:
        raise NotUnderstood(f"the {kind} {body['name']!r}")
    return Selector(field, text, implied)


def _implied(protocol: str) -> Box:
    """Looking at a header means that the packet has it."""
    if protocol in {"ip", "ip6", "arp"}:
        family = {"ip": IPV4, "ip6": IPV6, "arp": OTHER_FAMILY}[protocol]
        return {Field.FAMILY: Ranges.single(family)}
    if protocol in {"icmp", "igmp"}:
        return {Field.PROTOCOL: Ranges.single(PROTOCOLS[protocol]), Field.FAMILY: Ranges.single(IPV4)}
    if protocol == "icmpv6":
        return {Field.PROTOCOL: Ranges.single(PROTOCOLS[protocol]), Field.FAMILY: Ranges.single(IPV6)}
    if protocol in PROTOCOLS:
        return {Field.PROTOCOL: Ranges.single(PROTOCOLS[protocol])}
    return {}  # ether, th, vlan: no protocol of their own


def _keyed(kind: str, key: str) -> Selector:
    if found := (META if kind == "meta" else CT).get(key):
        return Selector(found, f"{kind} {key}", ALL)
    if key in VAGUE[kind]:
        return Selector(None, f"{kind} {key}", _implied(key.split(maxsplit=1)[0]) if kind == "ct" else ALL)
    raise NotUnderstood(f"the key {kind} {key!r}")


def _fib(body: Mapping[str, Json]) -> Selector:
    raw = body["flags"]
    flags = frozenset([raw] if isinstance(raw, str) else raw)
    text = f"fib {' . '.join(sorted(flags))} {body['result']}"
    if body["result"] in {"oif", "oifname"} and flags == {"saddr", "iif"}:
        return Selector(Field.REVERSE_PATH, text, ALL)
    if body["result"] == "type" and "daddr" in flags:
        return Selector(Field.DESTINATION_KIND, text, ALL)
    if body["result"] == "type" and flags == {"saddr"}:
        return Selector(Field.SOURCE_KIND, text, ALL)
    return Selector(None, text, ALL)


def _masked(body: Json) -> Selector:
    inner = selector(body[0])
    mask = body[1]
    if inner.field is None:
        return inner
    return Selector(inner.field, f"{inner.text} &", inner.implied, inner.protocol, _mask(inner.field, mask))


def _mask(field: Field, mask: Json) -> int:
    bits = 0
    for part in mask if isinstance(mask, list) else [mask]:
        if isinstance(part, dict) and set(part) == {"|"}:
            bits |= _mask(field, part["|"])
        else:
            bits |= scalar(field, part)
    return bits
