"""The dimensions of a packet that rules match on, each a range of integers, and nft's names for some values."""

from __future__ import annotations

from enum import StrEnum

from lab.verdict.ruleset.ranges import Ranges


class Field(StrEnum):
    """One dimension. The text is what a person reads in a message."""

    FAMILY = "family"
    IIF = "incoming interface"
    OIF = "outgoing interface"
    SADDR4 = "IPv4 source"
    DADDR4 = "IPv4 destination"
    SADDR6 = "IPv6 source"
    DADDR6 = "IPv6 destination"
    PROTOCOL = "protocol"
    SPORT = "source port"
    DPORT = "destination port"
    ICMP_TYPE = "ICMP type"
    ICMP_CODE = "ICMP code"
    TCP_FLAGS = "TCP flags"
    ETHER_SADDR = "source MAC"
    ETHER_DADDR = "destination MAC"
    CT_STATE = "connection state"
    CT_DIRECTION = "connection direction"
    CT_MARK = "connection mark"
    MARK = "packet mark"
    HOP_LIMIT = "TTL or hop limit"
    FRAGMENT = "fragment offset and flags"
    PACKET_TYPE = "packet type"
    REVERSE_PATH = "reverse path"  # `fib saddr . iif oif`: 0 missing, 1 exists
    DESTINATION_KIND = "kind of destination"  # `fib daddr type`
    SOURCE_KIND = "kind of source"  # `fib saddr type`
    HEADER_WORDS = "IPv4 header length"  # in words of four bytes; more than 5: there are options
    LSRR = "loose source route"  # from here on: 0 missing, 1 exists
    SSRR = "strict source route"
    RR = "record route"
    RA = "router alert"
    HBH = "hop-by-hop header"
    RT = "routing header"
    FRAG = "fragment header"
    DST = "destination options header"
    MH = "mobility header"


IPV4, IPV6, OTHER_FAMILY = 0, 1, 2
STATES = {"invalid": 0, "new": 1, "established": 2, "related": 3, "untracked": 4}
NEW, RETURNING = Ranges.single(STATES["new"]), Ranges.single(STATES["established"], STATES["related"])
OPTIONS = {"lsrr": Field.LSRR, "ssrr": Field.SSRR, "rr": Field.RR, "ra": Field.RA}  # as nft calls them
EXTENSIONS = {"hbh": Field.HBH, "rt": Field.RT, "frag": Field.FRAG, "dst": Field.DST, "mh": Field.MH}
# fmt: off
TCP_BITS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128}
ADDRESS_KINDS = {
    name: number
    for number, name in enumerate(
        ("unspec", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable", "prohibit"),
    )
}
PACKET_TYPES = {"host": 0, "unicast": 0, "broadcast": 1, "multicast": 2, "other": 3}
PROTOCOLS = {
    "ip": 0, "hopopt": 0, "icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "udp": 17, "dccp": 33, "ipv6": 41,
    "ipv6-route": 43, "ipv6-frag": 44, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51, "ipv6-icmp": 58, "icmpv6": 58,
    "ipv6-nonxt": 59, "ipv6-opts": 60, "eigrp": 88, "ospf": 89, "etherip": 97, "pim": 103, "ipcomp": 108, "comp": 108,
    "vrrp": 112, "l2tp": 115, "sctp": 132, "mobility-header": 135, "udplite": 136, "hip": 139, "shim6": 140,
}
ICMP_TYPES = {
    "echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
    "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12,
    "timestamp-request": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16,
    "address-mask-request": 17, "address-mask-reply": 18,
}
ICMPV6_TYPES = {
    "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
    "echo-request": 128, "echo-reply": 129, "mld-listener-query": 130, "mld-listener-report": 131,
    "mld-listener-done": 132, "mld-listener-reduction": 132, "nd-router-solicit": 133, "nd-router-advert": 134,
    "nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138,
    "ind-neighbor-solicit": 141, "ind-neighbor-advert": 142, "mld2-listener-report": 143,
}
ICMP_CODES = {
    "net-unreachable": 0, "host-unreachable": 1, "prot-unreachable": 2, "port-unreachable": 3, "frag-needed": 4,
    "net-prohibited": 9, "host-prohibited": 10, "admin-prohibited": 13,
}
ICMPV6_CODES = {
    "no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4, "policy-fail": 5,
    "reject-route": 6,
}
TOPS = {
    Field.FAMILY: OTHER_FAMILY, Field.SADDR4: 2**32 - 1, Field.DADDR4: 2**32 - 1, Field.SADDR6: 2**128 - 1,
    Field.DADDR6: 2**128 - 1, Field.PROTOCOL: 255, Field.SPORT: 65535, Field.DPORT: 65535, Field.ICMP_TYPE: 255,
    Field.ICMP_CODE: 255, Field.TCP_FLAGS: 255, Field.ETHER_SADDR: 2**48 - 1, Field.ETHER_DADDR: 2**48 - 1,
    Field.CT_STATE: 4, Field.CT_DIRECTION: 1, Field.CT_MARK: 2**32 - 1, Field.MARK: 2**32 - 1, Field.HOP_LIMIT: 255,
    Field.FRAGMENT: 65535, Field.PACKET_TYPE: 3, Field.REVERSE_PATH: 1, Field.DESTINATION_KIND: len(ADDRESS_KINDS) - 1,
    Field.SOURCE_KIND: len(ADDRESS_KINDS) - 1, Field.HEADER_WORDS: 15,
    **dict.fromkeys((*OPTIONS.values(), *EXTENSIONS.values()), 1),
    Field.IIF: 2**128 - 1, Field.OIF: 2**128 - 1,  # a name's 16 bytes: a pattern is then a range
}
# fmt: on


_EVERYTHING = {field: Ranges.of([(0, TOPS[field])]) for field in Field}


def everything(field: Field) -> Ranges:
    """Every value that the field can have."""
    return _EVERYTHING[field]


# What goes without saying of a packet with nothing odd about it: no options, no extension headers, a host's own address.
PLAIN: dict[Field, Ranges] = {
    **{field: Ranges.single(0) for field in (*OPTIONS.values(), *EXTENSIONS.values())},
    Field.HEADER_WORDS: Ranges.single(5),
    Field.SOURCE_KIND: Ranges.single(ADDRESS_KINDS["unicast"]),
}
