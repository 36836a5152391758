"""A host's interfaces and addresses against the plan's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_interface

from lab.plan import Host, Interface, Leg
from lab.verdict.discovery.model import Entry, from_mac, kind_of
from lab.verdict.flaw import Flaw

# put down into every namespace by the kernel where its modules are loaded
FALLBACK = {"tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"}
LOOPBACKS = {"127.0.0.1/8", "::1/128"}


def interfaces(host: Host, links: Iterable[Entry]) -> Iterator[Flaw]:
    """Interfaces too many, too few, of another card or without a link."""
    wanted = {leg.segment: leg.mac for leg in host.cables}
    tunnels = {leg.segment for leg in host.legs if leg.tunnel}
    seen = {link["ifname"]: link for link in links}
    for name, link in seen.items():
        tunnel = name in tunnels and kind_of(link) == "tun"
        if name in host.inner and kind_of(link) in ("bridge", "tun"):
            continue
        if name not in wanted and name != "lo" and not tunnel and not (name in FALLBACK and "UP" not in link["flags"]):
            mac = link.get("address", "-")
            yield Flaw(
                f"an interface {name} ({kind_of(link) or 'of unknown kind'}, MAC {mac})",
                f"構成図にないインターフェース {name}（{kind_of(link) or '種類不明'}、MAC {mac}）",
            )
    for name, mac in wanted.items():
        if name not in seen:
            yield Flaw(f"no interface {name}", f"インターフェース {name} がない")
        elif seen[name].get("address") != mac:
            other = seen[name].get("address")
            yield Flaw(f"{name} has MAC {other}, not {mac}", f"{name} のMACアドレスが {mac} ではなく {other}")
        elif "LOWER_UP" not in seen[name]["flags"]:
            yield Flaw(f"{name} is down", f"{name} がリンクダウン")


def addresses(host: Host, links: Iterable[Entry]) -> Iterator[Flaw]:
    """A tunnel's address is there while the tunnel is: whether it is, other controls say."""
    wanted = {(leg.segment, lent(leg, one)) for leg in host.cables for one in leg.addresses}
    passing = {(leg.segment, str(one)) for leg in host.legs if leg.tunnel for one in leg.addresses}
    tunnels = {leg.segment for leg in host.legs if leg.tunnel}
    seen = set()
    for link in (one for one in links if one["ifname"] not in host.inner):
        for entry in link.get("addr_info", ()):
            address = ip_interface(f"{entry['local']}/{entry['prefixlen']}")
            own = address.ip.is_link_local and (
                link["ifname"] in tunnels or from_mac(str(link.get("address")), str(address.ip))
            )
            if not own and not (link["ifname"] == "lo" and str(address) in LOOPBACKS):
                seen.add((link["ifname"], str(address)))
    for name, text in sorted(wanted - seen):
        yield Flaw(f"no address {text} on {name}", f"{name} にアドレス {text} がない")
    for name, text in sorted(seen - wanted - passing):
        yield Flaw(f"an address {text} on {name}", f"{name} に構成図にないアドレス {text}")


def lent(leg: Leg, address: Interface) -> str:
    """An IPv6 address by DHCP comes without its network (RFC 8415): alone, as /128."""
    return f"{address.ip}/128" if leg.dynamic and address.version == 6 else str(address)  # noqa: PLR2004
