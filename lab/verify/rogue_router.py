"""A second router that announces itself on a terminal's link: preferred to the one that is there, and with ways of its own (V7).

Router advertisements as RFC 4861 has them (4.2), with the preference and the route information of RFC 4191.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from ipaddress import IPv6Network

ADDRESS = "fe80::666"  # of the second router; its card is the first one's
LIFETIME = 1800  # seconds
_TYPE, _HOPS, _HIGH = 134, 64, 0x08  # the message; hop limit that it tells; the preference "high" among the flags
_ROUTE = 24  # option: route information
_UNIT = 8  # octets that options are counted in


def advertisement(networks: Sequence[IPv6Network], lifetime: int = LIFETIME) -> bytes:
    """One message, without its checksum: a preferred default router with ways into `networks`. Lifetime 0: it is none any more."""
    head = struct.pack("!BBHBBHII", _TYPE, 0, 0, _HOPS, _HIGH, lifetime, 0, 0)
    return head + b"".join(_route(network, lifetime) for network in networks)


def _route(network: IPv6Network, lifetime: int) -> bytes:
    units = 1 + -(-network.prefixlen // (8 * _UNIT))
    address = network.network_address.packed[: _UNIT * (units - 1)]
    return struct.pack("!BBBBI", _ROUTE, units, network.prefixlen, _HIGH, lifetime) + address


def sending(link: str) -> str:
    """The shell line that sends what is on its standard input to every host of the link, as from the router next to it."""
    return (
        f"socat -u - 'IP6-SENDTO:[ff02::1]:58,bind=[{ADDRESS}],so-bindtodevice={link},setsockopt-int=41:18:255'"
        # 41, 18: IPPROTO_IPV6, IPV6_MULTICAST_HOPS; hosts take advertisements that crossed no router alone
    )
